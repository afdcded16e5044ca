package io.weathervane.contract;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.shadow.ToolListDifferences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools that callers rely on: pure, and the same text for the same tools in whatever order a server lists them.
 *
 * @param tools by name, with the parts of a definition that belong to a contract
 */
public record ToolContract(List<ObjectNode> tools) {
    static final int VERSION = 1;
    static final String VERSION_KEY = "contractVersion";
    static final String TOOLS_KEY = "tools";
    static final String NAME = "name";

    /** The parts of a definition that are kept, in this order; {@code _meta} and icons change without a meaning for calls. */
    static final List<String> PARTS =
            List.of(NAME, "title", "description", "annotations", "execution", "inputSchema", "outputSchema");

    public ToolContract {
        tools = List.copyOf(tools);
    }

    /** Of tools as they stand in {@code tools/list}. */
    public static ToolContract of(List<ObjectNode> listed) {
        return new ToolContract(listed.stream()
                .map(ToolContract::kept)
                .sorted(Comparator.comparing(tool -> tool.path(NAME).asString("")))
                .toList());
    }

    private static ObjectNode kept(ObjectNode tool) {
        ObjectNode kept = JsonRpcCodec.JSON.createObjectNode();
        PARTS.stream().filter(tool::has).forEach(part -> kept.set(part, sorted(tool.path(part))));
        return kept;
    }

    private static JsonNode sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
            new TreeSet<>(object.propertyNames()).forEach(key -> result.set(key, sorted(object.path(key))));
            return result;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode result = JsonRpcCodec.JSON.createArrayNode();
            array.forEach(item -> result.add(sorted(item)));
            return result;
        }
        return value;
    }

    /** Differences from this contract to a server's tools, the gravest first. */
    public ToolListDifferences differencesTo(ToolContract now) {
        return ToolListDifferences.of(tools, now.tools());
    }

    /**
     * The tools that break this contract, by name. Each is compared by itself, so that none is left out of a long list.
     *
     * @param listed as they stand in {@code tools/list}
     */
    public List<DriftedTool> brokenBy(List<ObjectNode> listed) {
        Map<String, List<ObjectNode>> promised = byName(tools);
        Map<String, List<ObjectNode>> found = byName(of(listed).tools);
        TreeSet<String> names = new TreeSet<>(promised.keySet());
        names.addAll(found.keySet());
        List<DriftedTool> drifted = new ArrayList<>();
        for (String name : names) {
            List<ObjectNode> before = promised.getOrDefault(name, List.of());
            List<ObjectNode> now = found.getOrDefault(name, List.of());
            ToolListDifferences differences = ToolListDifferences.of(before, now);
            if (differences.blocks()) {
                drifted.add(
                        new DriftedTool(name, DriftedTool.hash(before), DriftedTool.hash(now), differences.blocking()));
            }
        }
        return List.copyOf(drifted);
    }

    private static Map<String, List<ObjectNode>> byName(List<ObjectNode> tools) {
        return tools.stream()
                .collect(Collectors.groupingBy(tool -> tool.path(NAME).asString("")));
    }

    /** The content of a contract file. */
    public String text() {
        ObjectNode file = JsonRpcCodec.JSON.createObjectNode().put(VERSION_KEY, VERSION);
        file.putArray(TOOLS_KEY).addAll(tools);
        return file.toPrettyString().replace(System.lineSeparator(), "\n") + "\n";
    }
}
