package io.weathervane.watch;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A watch as it is stored with each check: in short where it is long, so that it stays small with many tools. */
public final class StoredWatchText {
    /** A watch over fifty tools is not larger: 64 KB. */
    public static final int BYTES_MAX = 64 * 1024;

    /** Below it everything is written in full: 16 KB. */
    private static final int FULL_MAX = 16 * 1024;

    private StoredWatchText() {}

    public static String of(WatchRecord watch) {
        ObjectNode node = MonitorJson.watch(watch);
        String full = node.toString();
        if (bytes(full) <= FULL_MAX) {
            return full;
        }
        ObjectNode state = (ObjectNode) node.path("state");
        CheckToolCountsCodec.shorten(state);
        return bounded(node, state.path("recent"));
    }

    /** Without what the oldest checks saw of each tool, if need be: what was counted of it in all is kept beside them. */
    private static String bounded(ObjectNode node, JsonNode checks) {
        String text = node.toString();
        for (JsonNode check : checks) {
            if (bytes(text) <= BYTES_MAX) {
                return text;
            }
            ((ObjectNode) check).remove("tools");
            text = node.toString();
        }
        return text;
    }

    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
