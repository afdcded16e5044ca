package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the server says it can do: exactly what it has handlers for. */
record ServerCapabilities(boolean resources, boolean prompts, boolean completions, boolean tasks) {
    static ServerCapabilities of(McpServices services) {
        return new ServerCapabilities(
                services.resources().isPresent(),
                services.prompts().isPresent(),
                services.completer().isPresent(),
                services.tasks().isPresent());
    }

    /** Tasks are a capability in the legacy generation and an extension in the modern one. */
    private static Set<String> notPassed(ProtocolGeneration generation) {
        return Set.of(generation == ProtocolGeneration.LEGACY ? TaskMethods.EXTENSION : "tasks");
    }

    /** Ours, with what another server behind us declares beyond: its extensions, and whatever we do not know. */
    ObjectNode toJson(ProtocolGeneration generation, ObjectNode other) {
        ObjectNode json = toJson(generation);
        addMissing(json, other, notPassed(generation));
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

    /** Logging is declared to legacy clients only; a modern one asks for it with each request. Tasks are modern only. */
    ObjectNode toJson(ProtocolGeneration generation) {
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
        if (generation == ProtocolGeneration.LEGACY) {
            json.putObject("logging");
        } else if (tasks) {
            json.putObject("extensions").putObject(TaskMethods.EXTENSION);
        }
        return json;
    }
}
