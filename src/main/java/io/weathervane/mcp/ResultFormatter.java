package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gives a result what its generation asks of every result. */
final class ResultFormatter {
    /** A list may be another after the next call: the worker's call may add to it, a promotion may replace it. */
    private static final Duration LISTING_FRESH = Duration.ZERO;

    private static final Duration DISCOVERY_FRESH = Duration.ofMinutes(1);

    /** What another server may have said of its content already. */
    private static final List<String> CACHING = List.of("ttlMs", "cacheScope");

    private final ObjectNode server;
    private final UpstreamListMetaSource lists;

    /** @param lists of the server behind this one */
    ResultFormatter(ServerInfo info, UpstreamListMetaSource lists) {
        this.server = info.toJson();
        this.lists = lists;
    }

    ObjectNode plain(ProtocolGeneration generation, ObjectNode result) {
        return switch (generation) {
            case LEGACY -> result;
            case MODERN -> modern(result);
        };
    }

    /** What the server behind this one says of a list, which {@link #listing} adds. */
    ObjectNode listMeta(String method) {
        return lists.of(method);
    }

    /**
     * What a list may contain will depend on the caller, so no two callers may share it.
     *
     * @param method by which it was asked for
     */
    ObjectNode listing(ProtocolGeneration generation, String method, ObjectNode result) {
        ObjectNode meta = listMeta(method);
        if (!meta.isEmpty()) {
            result.set("_meta", meta);
        }
        return switch (generation) {
            case LEGACY -> result;
            case MODERN -> cacheable(modern(result), LISTING_FRESH, "private");
        };
    }

    /** What a resource holds may be another thing the next moment; a change is told to those who subscribed. */
    ObjectNode content(ProtocolGeneration generation, ObjectNode result) {
        return switch (generation) {
            case LEGACY -> result.remove(CACHING);
            case MODERN ->
                result.path("ttlMs").isIntegralNumber()
                                && result.path("cacheScope").isString()
                        ? modern(result)
                        : cacheable(modern(result), Duration.ZERO, "private");
        };
    }

    /** The call ends here, and is to be made again with answers. Has no place in the legacy generation. */
    ObjectNode inputRequired(ObjectNode result) {
        return modern(result).put("resultType", "input_required");
    }

    ObjectNode discovery(ObjectNode result) {
        return cacheable(modern(result), DISCOVERY_FRESH, "public");
    }

    private static ObjectNode cacheable(ObjectNode result, Duration fresh, String scope) {
        return result.put("ttlMs", fresh.toMillis()).put("cacheScope", scope);
    }

    /** A new object, because the given one may be shared; its values are taken over as they are. */
    private ObjectNode modern(ObjectNode result) {
        ObjectNode modern = JsonRpcCodec.JSON.createObjectNode();
        modern.put("resultType", "complete");
        modern.setAll(result);
        ObjectNode meta = JsonRpcCodec.JSON.createObjectNode();
        JsonNode given = result.get("_meta");
        if (given instanceof ObjectNode object) {
            meta.setAll(object);
        }
        meta.set(McpRequest.META_SERVER, server);
        modern.set("_meta", meta);
        return modern;
    }
}
