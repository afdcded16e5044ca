package io.weathervane.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the tools of a watch's newest checks in short form: each name once, and in a check a row of index, calls,
 * failures.
 */
final class CheckToolCountsCodec {
    private static final String NAMES = "toolNames";
    private static final String CHECKS = "recent";
    private static final String TOOLS = "tools";
    private static final int ROW = 3;

    private CheckToolCountsCodec() {}

    /** Replaces the tools of the checks in this state. */
    static void shorten(ObjectNode state) {
        Map<String, Integer> names = new LinkedHashMap<>();
        for (JsonNode check : state.path(CHECKS)) {
            if (check.path(TOOLS) instanceof ObjectNode tools) {
                ArrayNode row = MonitorJson.MAPPER.createArrayNode();
                tools.properties().forEach(tool -> {
                    Integer index = names.computeIfAbsent(tool.getKey(), name -> names.size());
                    row.add(index)
                            .add(tool.getValue().path("calls").asLong())
                            .add(tool.getValue().path("failed").asLong());
                });
                ((ObjectNode) check).set(TOOLS, row);
            }
        }
        if (!names.isEmpty()) {
            ArrayNode all = state.putArray(NAMES);
            names.keySet().forEach(all::add);
        }
    }

    /** The checks of this state as they were; a state that an earlier release stored has them in full. */
    static JsonNode checks(JsonNode state) {
        if (!state.path(NAMES).isArray()) {
            return state.path(CHECKS);
        }
        List<String> names = new ArrayList<>();
        state.path(NAMES).forEach(name -> names.add(name.asString()));
        JsonNode checks = state.path(CHECKS).deepCopy();
        for (JsonNode check : checks) {
            if (check.path(TOOLS) instanceof ArrayNode row) {
                ((ObjectNode) check).set(TOOLS, inFull(row, names));
            }
        }
        return checks;
    }

    private static ObjectNode inFull(ArrayNode row, List<String> names) {
        ObjectNode tools = MonitorJson.object();
        for (int at = 0; at + ROW <= row.size(); at += ROW) {
            tools.putObject(names.get(row.get(at).asInt()))
                    .put("calls", row.get(at + 1).asLong())
                    .put("failed", row.get(at + 2).asLong());
        }
        return tools;
    }
}
