package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.ToolFailure;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers MCP requests of both eras, each by itself: no request depends on one before it, so a client may
 * call a tool without a handshake, and mix eras on one connection. Knows no transport and keeps no session.
 */
public final class McpDispatcher implements AutoCloseable {
    /** Longest part of an unknown method's name that is said back. */
    private static final int METHOD_LENGTH_MAX = 64;

    private final ServerInfo info;
    private final ToolRegistry tools;
    private final Ticker ticker;
    private final CallLimits limits;
    private final ResultForm form;
    private final ToolListing listing;
    private final CallGate gate;

    public McpDispatcher(ServerInfo info, ToolRegistry tools) {
        this(info, tools, CallLimits.defaults(), Ticker.system());
    }

    public McpDispatcher(ServerInfo info, ToolRegistry tools, CallLimits limits, Ticker ticker) {
        this.info = info;
        this.tools = tools;
        this.ticker = ticker;
        this.limits = limits;
        this.form = new ResultForm(info);
        this.listing = new ToolListing(tools, form);
        this.gate = new CallGate(limits, this::expire);
    }

    /**
     * Refuses what cannot be served whatever its params are.
     *
     * @throws JsonRpcException unsupported version or unknown method
     */
    public void admit(McpRequest request) {
        if (request.isModern() && !ProtocolVersions.MODERN.contains(request.version())) {
            throw unsupported(request.version());
        }
        if (!Methods.serves(request.era(), request.method())) {
            throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + shortened(request.method()));
        }
    }

    /** The input schema of a tool, a missing node when there is no such tool. */
    public JsonNode inputSchemaOf(String tool) {
        return tools.definition(tool)
                .map(definition -> definition.json().path("inputSchema"))
                .orElse(MissingNode.getInstance());
    }

    /** Begins the request; {@link #run} brings it to its end. */
    public RunningCall open(McpRequest request, Exchange exchange) {
        return new RunningCall(request, exchange, ticker);
    }

    /** Works until the call has ended, in whichever way; a failure is its answer, never thrown. */
    public void run(RunningCall call) {
        McpRequest request = call.request();
        try {
            admit(request);
            call.answer(new JsonRpcMessage.Success(request.request().id(), result(call, request)));
        } catch (Throwable e) {
            call.answer(ErrorMapper.failure(request.request(), e));
        }
    }

    /** Ends a tool call that will not be run, with a result that says why. */
    public void refuse(RunningCall call, String why) {
        McpRequest request = call.request();
        ObjectNode result = form.plain(request.era(), ToolResult.failed(why).json());
        call.answer(new JsonRpcMessage.Success(request.request().id(), result));
    }

    @Override
    public void close() {
        gate.close();
    }

    private JsonNode result(RunningCall call, McpRequest request) {
        return switch (request.method()) {
            case Methods.INITIALIZE -> initialize(request.params());
            case Methods.PING -> JsonRpcCodec.JSON.createObjectNode();
            case Methods.DISCOVER -> discover();
            case Methods.TOOLS_LIST -> listing.page(request, call.exchange().caller());
            case Methods.TOOLS_CALL ->
                form.plain(request.era(), callTool(call, request.params()).json());
            default -> throw new AssertionError("admitted but not served: " + request.method());
        };
    }

    private ObjectNode initialize(ObjectNode params) {
        JsonNode version = params.path("protocolVersion");
        if (!version.isString()) {
            throw invalid("initialize needs the string \"protocolVersion\"");
        }
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.put("protocolVersion", ProtocolVersions.negotiated(version.stringValue()));
        result.set("capabilities", capabilities());
        result.set("serverInfo", info.toJson());
        return result.put("instructions", info.instructions());
    }

    private ObjectNode discover() {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        ArrayNode versions = result.putArray("supportedVersions");
        ProtocolVersions.MODERN.forEach(versions::add);
        result.set("capabilities", capabilities());
        result.put("instructions", info.instructions());
        return form.discovery(result);
    }

    private static ObjectNode capabilities() {
        ObjectNode capabilities = JsonRpcCodec.JSON.createObjectNode();
        capabilities.putObject("tools");
        return capabilities;
    }

    private ToolResult callTool(RunningCall call, ObjectNode params) {
        JsonNode name = params.path("name");
        JsonNode arguments = params.path("arguments");
        if (!name.isString()) {
            throw invalid("tools/call needs the string \"name\"");
        }
        if (!arguments.isObject() && !arguments.isMissingNode()) {
            throw invalid("\"arguments\" must be an object");
        }
        ObjectNode given = arguments instanceof ObjectNode object ? object : JsonRpcCodec.JSON.createObjectNode();
        return callInTurn(call, name.stringValue(), given);
    }

    private ToolResult callInTurn(RunningCall call, String name, ObjectNode arguments) {
        try {
            gate.enter(call);
        } catch (ToolFailure busy) {
            return ToolResult.failed(String.valueOf(busy.getMessage()));
        }
        try {
            return tools.call(name, arguments, call.exchange().caller(), call);
        } finally {
            gate.leave(call);
        }
    }

    private void expire(RunningCall call) {
        McpRequest request = call.request();
        Duration limit = limits.run();
        ToolResult timedOut = ToolResult.failed("The call was ended after " + limit.toSeconds()
                + " s, the longest a call may take; it was told to stop, and may have done part of its work.");
        call.expire(new JsonRpcMessage.Success(request.request().id(), form.plain(request.era(), timedOut.json())));
    }

    private static JsonRpcException unsupported(String requested) {
        List<String> supported = ProtocolVersions.MODERN;
        ObjectNode data = JsonRpcCodec.JSON.createObjectNode();
        supported.forEach(data.putArray("supported")::add);
        data.put("requested", requested);
        return new JsonRpcException(
                ErrorCode.UNSUPPORTED_VERSION.code(),
                "Unsupported protocol version; supported: " + String.join(", ", supported),
                data);
    }

    private static JsonRpcException invalid(String why) {
        return new JsonRpcException(ErrorCode.INVALID_PARAMS, "Invalid params: " + why);
    }

    private static String shortened(String method) {
        return method.length() <= METHOD_LENGTH_MAX ? method : method.substring(0, METHOD_LENGTH_MAX) + "...";
    }
}
