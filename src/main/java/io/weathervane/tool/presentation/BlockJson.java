package io.weathervane.tool.presentation;

import io.weathervane.block.BlockedCalls;
import io.weathervane.block.CallBlock;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Blocks of calls, as data and as lines, for all that shows them. */
public final class BlockJson {
    private BlockJson() {}

    public static ArrayNode of(List<CallBlock> blocks) {
        ArrayNode nodes = JsonFields.object().putArray("blocks");
        blocks.forEach(block -> nodes.addObject()
                .put("id", block.scope().text())
                .put("since", JsonFields.time(block.at()))
                .put("by", block.actor())
                .put("reason", block.reason())
                .put("byKillSwitch", block.byKillSwitch()));
        return nodes;
    }

    /** Adds the blocks, and how many calls of a service they have refused. */
    public static void add(ObjectNode answer, BlockedCalls blocked) {
        answer.set("blocks", of(blocked.blocks()));
        answer.put("blockedCalls", blocked.refused());
    }

    /** A line for each, none where there is none. */
    static Stream<String> lines(BlockedCalls blocked) {
        Stream<String> each = blocked.blocks().stream().map(BlockJson::line);
        return blocked.refused() > 0 ? Stream.concat(each, Stream.of("blocked calls: " + blocked.refused())) : each;
    }

    public static String line(CallBlock block) {
        return "BLOCKED: " + block.scope().inWords() + ", " + block.sinceByWhy() + " ("
                + block.scope().text() + ")";
    }

    /** The same for the end of a text. */
    public static String text(BlockedCalls blocked) {
        String lines = String.join("\n", lines(blocked).toList());
        return lines.isEmpty() ? "" : "\n" + lines;
    }
}
