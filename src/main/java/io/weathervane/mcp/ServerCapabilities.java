package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Capabilities of the server: exactly those that it has handlers for. */
public record ServerCapabilities(boolean resources, boolean prompts, boolean completions, boolean tasks) {
    public static ServerCapabilities of(McpServices services) {
        return new ServerCapabilities(
                services.resources().isPresent(),
                services.prompts().isPresent(),
                services.completer().isPresent(),
                services.tasks().isPresent());
    }

    /** Of the modern generation, in which tasks are an extension, and log messages are asked for with each request. */
    ObjectNode toJson(ObjectNode other) {
        ObjectNode own = JsonRpcCodec.JSON.createObjectNode();
        if (tasks) {
            own.putObject("extensions").putObject(McpRequest.TASKS_EXTENSION);
        }
        return toJson(own, other, "tasks");
    }

    /**
     * Ours, with what another server behind us declares beyond: its extensions, and whatever we do not know.
     *
     * @param own what the generation adds
     * @param notPassed what it has not, or in another form
     */
    public ObjectNode toJson(ObjectNode own, ObjectNode other, String notPassed) {
        ObjectNode json = common();
        json.setAll(own);
        addMissing(json, other, Set.of(notPassed));
        return json;
    }

    private static void addMissing(ObjectNode ours, ObjectNode theirs, Set<String> notPassed) {
        for (Map.Entry<String, JsonNode> entry : theirs.properties()) {
            JsonNode known = ours.get(entry.getKey());
            if (known instanceof ObjectNode both && entry.getValue() instanceof ObjectNode more) {
                addMissing(both, more, notPassed);
            } else if (known == null && !notPassed.contains(entry.getKey())) {
                ours.set(entry.getKey(), without(notPassed, entry.getValue().deepCopy()));
            }
        }
    }

    private static JsonNode without(Set<String> keys, JsonNode value) {
        return value instanceof ObjectNode object ? object.remove(keys) : value;
    }

    private ObjectNode common() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        json.putObject("tools").put("listChanged", true);
        if (resources) {
            json.putObject("resources").put("subscribe", true).put("listChanged", true);
        }
        if (prompts) {
            json.putObject("prompts").put("listChanged", true);
        }
        if (completions) {
            json.putObject("completions");
        }
        return json;
    }
}
