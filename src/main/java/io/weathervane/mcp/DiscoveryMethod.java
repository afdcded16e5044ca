package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code server/discover}: what a modern client asks first. */
final class DiscoveryMethod {
    private final McpServices services;
    private final ServerCapabilities capabilities;
    private final ResultFormatter formatter;

    DiscoveryMethod(McpServices services, ServerCapabilities capabilities, ResultFormatter formatter) {
        this.services = services;
        this.capabilities = capabilities;
        this.formatter = formatter;
    }

    /** What another server adds is known only later, and may be another the next time. */
    JsonNode discover(RunningCall call) {
        UpstreamInstructions upstream = services.upstream().upstreamInstructions();
        upstream.clientDeclares(call.clientCapabilities());
        String instructions = upstream.addedTo(services.info()
                .instructions()
                .of(call.responseChannel().caller().operations()));
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        ArrayNode versions = result.putArray("supportedVersions");
        ProtocolVersions.MODERN.forEach(versions::add);
        result.set("capabilities", capabilities.toJson(upstream.capabilities()));
        result.put("instructions", instructions);
        return formatter.discovery(result);
    }
}
