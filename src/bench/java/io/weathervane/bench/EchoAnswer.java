package io.weathervane.bench;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The least that a worker of the gateway has to answer: the legacy handshake, a list of tools that all say their text again. */
final class EchoAnswer {
    private final ArrayNode tools = JsonRpcCodec.JSON.createArrayNode();

    /** @param count tools, of which the first is {@code echo} */
    EchoAnswer(int count) {
        for (int i = 0; i < count; i++) {
            tools.add(tool(i == 0 ? "echo" : "echo_" + i));
        }
    }

    private static ObjectNode tool(String name) {
        ObjectNode tool = JsonRpcCodec.JSON
                .createObjectNode()
                .put("name", name)
                .put("description", "Says the text again, as it was given, and changes nothing.");
        ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("text").put("type", "string").put("description", "What is said again.");
        properties.putObject("times").put("type", "integer").put("minimum", 1);
        schema.putArray("required").add("text");
        tool.putObject("annotations").put("readOnlyHint", true).put("openWorldHint", false);
        return tool;
    }

    /** The answer to this message; empty when it was a notification. */
    Optional<byte[]> to(byte[] message) {
        JsonNode request = JsonRpcCodec.JSON.readTree(message);
        if (!request.has("id")) {
            return Optional.empty();
        }
        ObjectNode answer = JsonRpcCodec.JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", request.get("id"));
        switch (request.path("method").asString("")) {
            case "initialize" -> initialized(answer.putObject("result"));
            case "ping" -> answer.putObject("result");
            case "tools/list" -> answer.putObject("result").set("tools", tools);
            case "tools/call" ->
                answer.putObject("result")
                        .putArray("content")
                        .addObject()
                        .put("type", "text")
                        .put("text", request.at("/params/arguments/text").asString(""));
            default -> answer.putObject("error").put("code", -32601).put("message", "Method not found");
        }
        return Optional.of(JsonRpcCodec.JSON.writeValueAsBytes(answer));
    }

    private static void initialized(ObjectNode result) {
        result.put("protocolVersion", "2025-11-25").putObject("capabilities").putObject("tools");
        result.putObject("serverInfo").put("name", "echo").put("version", "1");
    }
}
