package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.LogLevel;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How client and server get to know each other, in both generations, and what a legacy client may say of itself later. */
final class HandshakeMethods {
    private final ServerInfo info;
    private final UpstreamInstructions upstream;
    private final ServerCapabilities capabilities;
    private final ResultFormatter formatter;

    /** @param upstream what is known only later, and may be another the next time */
    HandshakeMethods(
            ServerInfo info,
            UpstreamInstructions upstream,
            ServerCapabilities capabilities,
            ResultFormatter formatter) {
        this.info = info;
        this.upstream = upstream;
        this.capabilities = capabilities;
        this.formatter = formatter;
    }

    JsonNode initialize(RunningCall call) {
        McpRequest request = call.request();
        String version = RequestParams.string(request, "protocolVersion");
        ObjectNode declared = RequestParams.objectOrNull(request, "capabilities");
        call.session().ifPresent(session -> session.initialized(declared, ProtocolVersions.negotiated(version)));
        upstream.clientDeclares(declared);
        String instructions = instructions();
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.put("protocolVersion", ProtocolVersions.negotiated(version));
        result.set("capabilities", capabilities.toJson(ProtocolGeneration.LEGACY, upstream.capabilities()));
        result.set("serverInfo", info.toJson());
        return result.put("instructions", instructions);
    }

    JsonNode discover(RunningCall call) {
        upstream.clientDeclares(call.clientCapabilities());
        String instructions = instructions();
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        ArrayNode versions = result.putArray("supportedVersions");
        ProtocolVersions.MODERN.forEach(versions::add);
        result.set("capabilities", capabilities.toJson(ProtocolGeneration.MODERN, upstream.capabilities()));
        result.put("instructions", instructions);
        return formatter.discovery(result);
    }

    private String instructions() {
        String more = upstream.text();
        return more.isEmpty() ? info.instructions() : info.instructions() + "\n\n" + more;
    }

    JsonNode ping(RunningCall call) {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    JsonNode setLevel(RunningCall call) {
        String name = RequestParams.string(call.request(), "level");
        LogLevel level =
                LogLevel.of(name).orElseThrow(() -> RequestParams.invalid("\"level\" must be one of " + levels()));
        call.neededSession().logLevel(level);
        return JsonRpcCodec.JSON.createObjectNode();
    }

    static String levels() {
        return Stream.of(LogLevel.values()).map(LogLevel::wireName).collect(Collectors.joining(", "));
    }
}
