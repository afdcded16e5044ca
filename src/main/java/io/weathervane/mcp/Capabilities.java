package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import tools.jackson.databind.node.ObjectNode;

/** What the server says it can do: exactly what it has handlers for. */
record Capabilities(boolean resources, boolean prompts, boolean completions, boolean tasks) {
    static Capabilities of(McpServices services) {
        return new Capabilities(
                services.resources().isPresent(),
                services.prompts().isPresent(),
                services.completer().isPresent(),
                services.tasks().isPresent());
    }

    /** Logging is declared to legacy clients only; a modern one asks for it with each request. Tasks are modern only. */
    ObjectNode toJson(Era era) {
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
        if (era == Era.LEGACY) {
            json.putObject("logging");
        } else if (tasks) {
            json.putObject("extensions").putObject(TaskMethods.EXTENSION);
        }
        return json;
    }
}
