package io.weathervane.sample;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers each method for the sample worker, in either generation of MCP and as a plain JSON-RPC server. */
final class SampleRequestHandler {
    private static final String MODERN = "2026-07-28";
    private static final String LEGACY = "2025-11-25";
    private static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
    private static final String SERVER_KEY = "io.modelcontextprotocol/serverInfo";
    private static final Set<String> PLAIN_TOOLS = Set.of("get_forecast", "echo", "record_observation");
    private static final long DELAY_MILLIS_MAX = 600_000;

    private final SampleTools tools;
    private final String label;
    private final String generation;
    private final boolean plain;
    private final boolean failAsTool;

    SampleRequestHandler(SampleOptions options) {
        this.label = options.label();
        this.tools = new SampleTools(label);
        this.generation = options.text("era", "both");
        this.plain = options.text("kind", "mcp").equals("json-rpc");
        this.failAsTool = options.text("fail-as", "rpc-error").equals("tool-error");
    }

    boolean isToolCall(JsonRpcMessage.Request request) {
        return plain ? PLAIN_TOOLS.contains(request.method()) : request.method().equals("tools/call");
    }

    /** The name of the tool that a call is of. */
    String tool(JsonRpcMessage.Request request) {
        return plain ? request.method() : request.params().path("name").asString("");
    }

    /** The result of a request, or a {@link JsonRpcException}. */
    JsonNode result(JsonRpcMessage.Request request, boolean healthy) {
        if (plain) {
            return plainResult(request, healthy);
        }
        boolean modern = request.params().path("_meta").has(VERSION_KEY);
        refuseWrongEra(modern, request);
        ObjectNode result = modern ? modernResult(request, healthy) : legacyResult(request, healthy);
        if (modern) {
            result.put("resultType", "complete");
            result.putObject("_meta").putObject(SERVER_KEY).put("name", label).put("version", "1");
        }
        return result;
    }

    private JsonNode plainResult(JsonRpcMessage.Request request, boolean healthy) {
        if (request.method().equals("health")) {
            return BooleanNode.valueOf(healthy);
        }
        if (!isToolCall(request)) {
            throw unknown(request);
        }
        return tools.call(request.method(), request.params());
    }

    private void refuseWrongEra(boolean modern, JsonRpcMessage.Request request) {
        if (modern && generation.equals("legacy")) {
            throw unknown(request);
        }
        if (!modern && generation.equals("modern")) {
            ObjectNode data = JsonRpcCodec.JSON.createObjectNode();
            data.putArray("supported").add(MODERN);
            throw new JsonRpcException(ErrorCode.UNSUPPORTED_VERSION.code(), "Unsupported protocol version", data);
        }
    }

    private ObjectNode modernResult(JsonRpcMessage.Request request, boolean healthy) {
        return switch (request.method()) {
            case "server/discover" -> {
                refuseIfUnhealthy(healthy);
                ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
                result.putArray("supportedVersions").add(MODERN);
                result.putObject("capabilities").putObject("tools");
                yield result.put("ttlMs", 0).put("cacheScope", "private");
            }
            case "tools/list" -> list();
            case "tools/call" -> call(request);
            default -> throw unknown(request);
        };
    }

    private ObjectNode legacyResult(JsonRpcMessage.Request request, boolean healthy) {
        return switch (request.method()) {
            case "initialize" -> {
                ObjectNode result = JsonRpcCodec.JSON.createObjectNode().put("protocolVersion", LEGACY);
                result.putObject("capabilities").putObject("tools");
                result.putObject("serverInfo").put("name", label).put("version", "1");
                yield result;
            }
            case "ping" -> {
                refuseIfUnhealthy(healthy);
                yield JsonRpcCodec.JSON.createObjectNode();
            }
            case "tools/list" -> list();
            case "tools/call" -> call(request);
            default -> throw unknown(request);
        };
    }

    private static void refuseIfUnhealthy(boolean healthy) {
        if (!healthy) {
            throw new JsonRpcException(ErrorCode.INTERNAL_ERROR, "not healthy");
        }
    }

    private static ObjectNode list() {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.set("tools", SampleTools.definitions());
        return result;
    }

    private ObjectNode call(JsonRpcMessage.Request request) {
        String name = request.params().path("name").asString("");
        ObjectNode data = tools.call(name, arguments(request));
        ObjectNode result = text(data.toString());
        result.set("structuredContent", data);
        return result.put("isError", false);
    }

    private ObjectNode arguments(JsonRpcMessage.Request request) {
        JsonNode arguments = plain ? request.params() : request.params().path("arguments");
        return arguments instanceof ObjectNode object ? object : JsonRpcCodec.JSON.createObjectNode();
    }

    private static ObjectNode text(String text) {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", text);
        return result;
    }

    JsonRpcMessage failure(JsonRpcMessage.Request request) {
        if (failAsTool && !plain) {
            ObjectNode result = text("the forecast model did not answer").put("isError", true);
            result.put("resultType", "complete");
            return new JsonRpcMessage.Success(request.id(), result);
        }
        return new JsonRpcException(ErrorCode.INTERNAL_ERROR, "the forecast model did not answer")
                .toFailure(request.id());
    }

    /** The text that a call is about. */
    String text(JsonRpcMessage.Request request) {
        return arguments(request).path("text").asString("");
    }

    /** How long {@code echo} was asked to take. */
    Duration delayAsked(JsonRpcMessage.Request request) {
        long millis = arguments(request).path("delay_ms").asLong(0);
        return Duration.ofMillis(Math.max(0, Math.min(millis, DELAY_MILLIS_MAX)));
    }

    /** The progress notification's parameters, when the caller wants progress. */
    Optional<ObjectNode> progress(JsonRpcMessage.Request request) {
        JsonNode token = request.params().path("_meta").path("progressToken");
        if (token.isMissingNode()) {
            return Optional.empty();
        }
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("progressToken", token);
        return Optional.of(params.put("progress", 1).put("total", 2).put("message", "asking the model"));
    }

    private static JsonRpcException unknown(JsonRpcMessage.Request request) {
        return new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + request.method());
    }
}
