package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out which era of MCP a fresh worker speaks, and which tools it has.
 *
 * <p>MCP 2026-07-28 basic/versioning: ask {@code server/discover} first; a result, or one of the new era's own errors,
 * means modern; anything else, silence included, means {@code initialize}. A worker slow to start may miss the first
 * question and still be modern, so one that is silent is pinged, which every worker answers, and asked once more.
 */
final class McpHandshake {
    private static final Logger LOG = LoggerFactory.getLogger("McpHandshake");
    private static final Duration DISCOVER_LIMIT = Duration.ofSeconds(2);

    /** How long a worker that did not answer at first may take to show that it is there. */
    private static final Duration AWAKE_LIMIT = Duration.ofSeconds(10);

    private static final Set<Integer> MODERN_ERRORS = Set.of(-32020, -32021, -32022);
    private static final int PAGES_MAX = 50;
    private static final int TOOLS_MAX = 1000;

    private final WorkerChannel channel;
    private final String label;
    private final Deadline deadline;
    private boolean pinged;

    McpHandshake(WorkerChannel channel, String label, Deadline deadline) {
        this.channel = channel;
        this.label = label;
        this.deadline = deadline;
    }

    /** @throws WorkerCallException when the worker speaks no MCP that we know */
    McpSession perform() {
        Optional<Opening> modern = discover();
        Opening opening = modern.isPresent() ? modern.get() : initialize();
        List<ObjectNode> tools =
                opening.capabilities().has("tools") ? listTools(channel, label, opening.era(), deadline) : List.of();
        return new McpSession(channel, label, opening.era(), tools);
    }

    /** What the worker said at the start of the conversation. */
    private record Opening(McpEra era, JsonNode capabilities) {}

    private Optional<Opening> discover() {
        try {
            JsonNode result = channel.request("server/discover", params(McpEra.MODERN), atMost(DISCOVER_LIMIT));
            return supports(result.path("supportedVersions"), McpEra.MODERN_VERSION)
                    ? Optional.of(new Opening(McpEra.MODERN, result.path("capabilities")))
                    : Optional.empty();
        } catch (WorkerCallException e) {
            failIfGone(e);
            if (isModernError(e) && supports(supportedIn(e), McpEra.MODERN_VERSION)) {
                return Optional.of(discoverAgain());
            }
            if (e.kind() == WorkerCallException.Kind.TIMEOUT && !pinged && answersPing()) {
                return discover();
            }
            LOG.debug("worker={} has no server/discover: {}", label, e.getMessage());
            return Optional.empty();
        }
    }

    private Duration atMost(Duration limit) {
        return limit.compareTo(deadline.left()) < 0 ? limit : deadline.left();
    }

    /** {@code ping} may come before {@code initialize}, and where it is unknown, that is an answer too. */
    private boolean answersPing() {
        pinged = true;
        try {
            channel.request("ping", params(McpEra.MODERN), atMost(AWAKE_LIMIT));
            return true;
        } catch (WorkerCallException e) {
            failIfGone(e);
            return e.kind() == WorkerCallException.Kind.RPC_ERROR;
        }
    }

    private Opening initialize() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("protocolVersion", McpEra.LEGACY_VERSION);
        params.putObject("capabilities");
        params.set("clientInfo", McpEra.clientInfo());
        try {
            JsonNode result = channel.request("initialize", params, deadline.left());
            String version = result.path("protocolVersion").asString("");
            if (!McpEra.LEGACY_VERSIONS.contains(version)) {
                throw new WorkerCallException(
                        WorkerCallException.Kind.MALFORMED,
                        "worker " + label + " answered initialize with the unknown protocol version \"" + version
                                + "\"");
            }
            channel.tell("notifications/initialized", JsonRpcCodec.JSON.createObjectNode());
            return new Opening(McpEra.legacy(version), result.path("capabilities"));
        } catch (WorkerCallException e) {
            if (isModernError(e) && supports(supportedIn(e), McpEra.MODERN_VERSION)) {
                return discoverAgain();
            }
            throw e;
        }
    }

    private Opening discoverAgain() {
        JsonNode result = channel.request("server/discover", params(McpEra.MODERN), deadline.left());
        return new Opening(McpEra.MODERN, result.path("capabilities"));
    }

    private static void failIfGone(WorkerCallException e) {
        if (e.kind() == WorkerCallException.Kind.LOST || e.kind() == WorkerCallException.Kind.NOT_SENT) {
            throw e;
        }
    }

    private static boolean isModernError(WorkerCallException e) {
        return e.kind() == WorkerCallException.Kind.RPC_ERROR && MODERN_ERRORS.contains(e.code());
    }

    private static JsonNode supportedIn(WorkerCallException e) {
        @Nullable JsonNode data = e.data();
        return data == null ? JsonRpcCodec.JSON.createArrayNode() : data.path("supported");
    }

    private static boolean supports(JsonNode versions, String version) {
        for (JsonNode one : versions) {
            if (version.equals(one.asString(""))) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode params(McpEra era) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        era.meta().ifPresent(meta -> params.set("_meta", meta));
        return params;
    }

    /** All pages of the tools; those beyond the limits are left out, with a warning. */
    static List<ObjectNode> listTools(WorkerChannel channel, String label, McpEra era, Deadline deadline) {
        List<ObjectNode> tools = new ArrayList<>();
        ObjectNode params = params(era);
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode result = channel.request("tools/list", params, deadline.left());
            for (JsonNode tool : result.path("tools")) {
                if (tool instanceof ObjectNode definition
                        && definition.path("name").isString()) {
                    tools.add(definition);
                }
            }
            String cursor = result.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                return List.copyOf(tools);
            }
            if (tools.size() >= TOOLS_MAX) {
                break;
            }
            params.put("cursor", cursor);
        }
        LOG.warn("worker={} lists too many tools or pages; {} kept", label, Math.min(tools.size(), TOOLS_MAX));
        return List.copyOf(tools.subList(0, Math.min(tools.size(), TOOLS_MAX)));
    }
}
