package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.ProductVersion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Generation of MCP that a worker speaks: with a handshake once ({@code initialize}, up to 2025-11-25), or with
 * metadata on each request (2026-07-28).
 */
record McpGeneration(String version, boolean modern) {
    static final String MODERN_VERSION = "2026-07-28";
    static final String LEGACY_VERSION = "2025-11-25";

    /** The newest first. */
    static final List<String> LEGACY_VERSIONS = List.of(LEGACY_VERSION, "2025-06-18", "2025-03-26", "2024-11-05");

    static final McpGeneration MODERN = new McpGeneration(MODERN_VERSION, true);

    /** What the keys of the protocol itself begin with. */
    static final String PREFIX = "io.modelcontextprotocol/";

    /** What each side of a connection says of itself: it is not for the program behind the next connection. */
    private static final Set<String> OWN_KEYS =
            Set.of("protocolVersion", "clientCapabilities", "clientInfo", "logLevel", "serverInfo", "subscriptionId");

    /** Whether the key of {@code _meta} is about the connection; all others are handed on. */
    static boolean isOwnKey(String key) {
        return key.startsWith(PREFIX) && OWN_KEYS.contains(key.substring(PREFIX.length()));
    }

    /** What the worker says of itself as a server is not for our clients: to them, we are the server. */
    static void removeOwnKeys(ObjectNode message) {
        if (message.get("_meta") instanceof ObjectNode meta) {
            meta.remove(meta.propertyNames().stream()
                    .filter(McpGeneration::isOwnKey)
                    .toList());
            if (meta.isEmpty()) {
                message.remove("_meta");
            }
        }
    }

    static McpGeneration legacy(String version) {
        return new McpGeneration(version, false);
    }

    String pingMethod() {
        return modern ? "server/discover" : "ping";
    }

    /** What each request's {@code _meta} must have, when no particular caller asks. */
    Optional<ObjectNode> meta() {
        return meta(JsonRpcCodec.JSON.createObjectNode());
    }

    /** What each request's {@code _meta} must have, for a client that can be asked for so much. */
    Optional<ObjectNode> meta(ObjectNode clientCapabilities) {
        if (!modern) {
            return Optional.empty();
        }
        ObjectNode meta = JsonRpcCodec.JSON.createObjectNode().put(PREFIX + "protocolVersion", version);
        meta.set(PREFIX + "clientCapabilities", clientCapabilities);
        meta.set(PREFIX + "clientInfo", clientInfo());
        return Optional.of(meta);
    }

    /**
     * The params by which a worker hears that a request of ours needs no answer any more.
     *
     * @param reason the client's, if it has given one
     */
    ObjectNode cancellation(long request, Optional<String> reason) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("requestId", request);
        meta().ifPresent(meta -> params.set("_meta", meta));
        return params.put("reason", reason.orElse("the answer is no longer needed"));
    }

    /** What a worker may ask for that is told only once: whatever some client of ours may be able to answer. */
    static ObjectNode everyCapability() {
        ObjectNode capabilities = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode elicitation = capabilities.putObject("elicitation");
        elicitation.putObject("form");
        elicitation.putObject("url");
        capabilities.putObject("sampling");
        capabilities.putObject("roots").put("listChanged", true);
        return capabilities;
    }

    static ObjectNode clientInfo() {
        return JsonRpcCodec.JSON.createObjectNode().put("name", "weathervane").put("version", ProductVersion.text());
    }
}
