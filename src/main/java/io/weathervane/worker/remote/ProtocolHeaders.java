package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the headers that MCP requires of a message: a modern message carries its version itself, a legacy one that of
 * its session.
 */
final class ProtocolHeaders {
    static final String SESSION = "Mcp-Session-Id";
    static final String VERSION = "MCP-Protocol-Version";
    private static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

    /** Where the name stands that a method is about. */
    private static final Map<String, String> NAMES = Map.of(
            "tools/call", "name",
            "prompts/get", "name",
            "resources/read", "uri",
            "tasks/get", "taskId",
            "tasks/update", "taskId",
            "tasks/cancel", "taskId",
            "tasks/result", "taskId");

    private ProtocolHeaders() {}

    /** @param tools a tool's definition by its name */
    static Map<String, String> of(
            JsonRpcMessage message, Optional<RemoteSession> session, Function<String, Optional<ObjectNode>> tools) {
        Map<String, String> headers = new LinkedHashMap<>();
        Optional<String> modern = modernVersion(message);
        if (modern.isPresent()) {
            headers.put(VERSION, modern.get());
            headers.put("Mcp-Method", method(message));
            name(message).ifPresent(name -> headers.put("Mcp-Name", ParamHeaders.encoded(name)));
            headers.putAll(params(message, tools));
        } else if (!method(message).equals("initialize")) {
            session.ifPresent(one -> headers.putAll(one.headers()));
        }
        return headers;
    }

    private static Map<String, String> params(JsonRpcMessage message, Function<String, Optional<ObjectNode>> tools) {
        if (!method(message).equals("tools/call")) {
            return Map.of();
        }
        return name(message)
                .flatMap(tools)
                .map(tool -> ParamHeaders.of(
                        tool.path("inputSchema"), params(message).path("arguments")))
                .orElse(Map.of());
    }

    private static Optional<String> name(JsonRpcMessage message) {
        return Optional.ofNullable(NAMES.get(method(message)))
                .map(key -> params(message).path(key))
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue);
    }

    /** The version that the message itself names; empty for a legacy one. */
    static Optional<String> modernVersion(JsonRpcMessage message) {
        JsonNode version = params(message).path("_meta").path(VERSION_KEY);
        return version.isString() ? Optional.of(version.stringValue()) : Optional.empty();
    }

    private static JsonNode params(JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Request request) {
            return request.params();
        }
        return message instanceof JsonRpcMessage.Notification notification
                ? notification.params()
                : tools.jackson.databind.node.MissingNode.getInstance();
    }

    static String method(JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Request request) {
            return request.method();
        }
        return message instanceof JsonRpcMessage.Notification notification ? notification.method() : "";
    }
}
