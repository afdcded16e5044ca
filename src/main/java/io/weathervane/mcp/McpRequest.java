package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.RequestedTool;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request and the generation it belongs to. The generation is a property of each message, never of the connection:
 * clients probe with {@code server/discover} and go on with {@code initialize} on the same stream.
 *
 * @param version the version a modern request names, empty for a legacy one
 * @param meta the request's {@code _meta}, empty when it had none
 * @param tool what a {@code tools/call} calls; empty when it names nothing
 */
public record McpRequest(
        JsonRpcMessage.Request request,
        ProtocolGeneration generation,
        String version,
        ObjectNode meta,
        Optional<RequestedTool> tool) {
    static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";
    static final String META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String META_LOG_LEVEL = "io.modelcontextprotocol/logLevel";
    /** The extension by which modern clients know tasks. */
    public static final String TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

    static final String META_SERVER = "io.modelcontextprotocol/serverInfo";

    private static final ObjectNode NO_META = JsonRpcCodec.JSON.createObjectNode();

    /**
     * Reads the generation of a request.
     *
     * @param headerVersion what an HTTP client says in {@code MCP-Protocol-Version}
     * @param tool see {@link McpDispatcher#toolOf}
     * @throws JsonRpcException invalid params, when a modern request lacks what each must carry
     */
    public static McpRequest of(
            JsonRpcMessage.Request request, Optional<String> headerVersion, Optional<RequestedTool> tool) {
        JsonNode meta = request.params().path("_meta");
        if (!meta.isObject() && !meta.isMissingNode() && !meta.isNull()) {
            throw invalid("\"_meta\" must be an object");
        }
        boolean modern = meta.has(META_VERSION)
                || meta.has(META_CAPABILITIES)
                || KnownMethods.isModernByName(request.method())
                || headerVersion
                        .filter(version -> !ProtocolVersions.isLegacy(version))
                        .isPresent();
        ObjectNode present = meta instanceof ObjectNode object ? object : NO_META;
        return modern
                ? modern(request, present, tool)
                : new McpRequest(request, ProtocolGeneration.LEGACY, "", present, tool);
    }

    private static McpRequest modern(JsonRpcMessage.Request request, ObjectNode meta, Optional<RequestedTool> tool) {
        JsonNode version = meta.path(META_VERSION);
        if (!version.isString()) {
            throw invalid("params._meta needs the string \"" + META_VERSION + "\"");
        }
        if (!meta.path(META_CAPABILITIES).isObject()) {
            throw invalid("params._meta needs the object \"" + META_CAPABILITIES + "\" ({} when there are none)");
        }
        JsonNode level = meta.path(META_LOG_LEVEL);
        if (!level.isMissingNode() && LogLevel.of(level.asString("")).isEmpty()) {
            throw invalid("params._meta \"" + META_LOG_LEVEL + "\" must be one of " + LogLevel.names());
        }
        return new McpRequest(request, ProtocolGeneration.MODERN, version.stringValue(), meta, tool);
    }

    public String method() {
        return request.method();
    }

    public ObjectNode params() {
        return request.params();
    }

    /** The params but for {@code _meta}, as another server gets them. */
    public ObjectNode ownParams() {
        ObjectNode own = JsonRpcCodec.JSON.createObjectNode();
        own.setAll(request.params());
        own.remove("_meta");
        return own;
    }

    public boolean isModern() {
        return generation == ProtocolGeneration.MODERN;
    }

    /** Whether the request may run for long: it then gets a thread of its own. */
    public boolean isLong() {
        return KnownMethods.isLong(method());
    }

    /** Whether it is answered from memory, so that the thread that reads requests may do it. */
    public boolean answersAtOnce() {
        return tool.filter(RequestedTool::answersAtOnce).isPresent();
    }

    /** Whether the request stays open, holding no thread, until its client or the server ends it. */
    public boolean isListen() {
        return isModern() && method().equals(KnownMethods.LISTEN);
    }

    /** Whether the request opens a legacy session. */
    public boolean isInitialize() {
        return !isModern() && method().equals(KnownMethods.INITIALIZE);
    }

    private static JsonRpcException invalid(String why) {
        return new JsonRpcException(ErrorCode.INVALID_PARAMS, "Invalid params: " + why);
    }
}
