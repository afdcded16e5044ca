package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.RequestParams;
import io.weathervane.mcp.RunningCall;
import io.weathervane.mcp.ServerCapabilities;
import io.weathervane.mcp.UpstreamInstructions;
import io.weathervane.tool.LogLevel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code initialize}, and what a client may say of itself later. */
final class HandshakeMethods {
    private final McpServices services;
    private final ServerCapabilities capabilities;

    HandshakeMethods(McpServices services) {
        this.services = services;
        this.capabilities = ServerCapabilities.of(services);
    }

    JsonNode initialize(RunningCall call) {
        McpRequest request = call.request();
        String version = LegacyVersions.negotiated(RequestParams.string(request, "protocolVersion"));
        ObjectNode declared = RequestParams.objectOrNull(request, "capabilities");
        LegacySession.ifAny(call).ifPresent(session -> session.initialized(declared, version));
        UpstreamInstructions upstream = services.upstream().upstreamInstructions();
        upstream.clientDeclares(declared);
        String instructions = upstream.addedTo(services.info()
                .instructions()
                .of(call.responseChannel().caller().operations()));
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.put("protocolVersion", version);
        ObjectNode logging = JsonRpcCodec.JSON.createObjectNode();
        logging.putObject("logging");
        result.set("capabilities", capabilities.toJson(logging, upstream.capabilities(), McpRequest.TASKS_EXTENSION));
        result.set("serverInfo", services.info().toJson());
        return result.put("instructions", instructions);
    }

    JsonNode ping(RunningCall call) {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    JsonNode setLevel(RunningCall call) {
        String name = RequestParams.string(call.request(), "level");
        LogLevel level = LogLevel.of(name)
                .orElseThrow(() -> RequestParams.invalid("\"level\" must be one of " + LogLevel.names()));
        LegacySession.of(call).logLevel(level);
        return JsonRpcCodec.JSON.createObjectNode();
    }
}
