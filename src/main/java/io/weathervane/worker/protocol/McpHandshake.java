package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerServerInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out which generation of MCP a fresh worker speaks, and what it has.
 *
 * <p>MCP 2026-07-28 basic/versioning: ask {@code server/discover} first; a result, or one of the new generation's own errors,
 * means modern; anything else, silence included, means {@code initialize}. A worker slow to start may miss the first
 * question and still be modern, so one that is silent is pinged, which every worker answers, and asked once more.
 */
public final class McpHandshake {
    private static final Logger LOG = LoggerFactory.getLogger("McpHandshake");
    private static final Duration DISCOVER_LIMIT = Duration.ofSeconds(2);

    /** How long a worker that did not answer at first may take to show that it is there. */
    private static final Duration AWAKE_LIMIT = Duration.ofSeconds(10);

    private static final Set<Long> MODERN_ERRORS = Set.of(-32020L, -32021L, -32022L);

    private final WorkerChannel channel;
    private final String label;
    private final Stopwatch stopwatch;
    private final Supplier<ObjectNode> clientCapabilities;
    private boolean pinged;

    /** @param clientCapabilities beyond those that every worker is told of */
    public McpHandshake(
            WorkerChannel channel, String label, Stopwatch stopwatch, Supplier<ObjectNode> clientCapabilities) {
        this.clientCapabilities = clientCapabilities;
        this.channel = channel;
        this.label = label;
        this.stopwatch = stopwatch;
    }

    /**
     * Agrees with the worker on a generation.
     *
     * @throws WorkerCallException when the worker speaks no MCP that we know
     */
    public McpSession perform() {
        Optional<Opening> modern = discover();
        Opening opening = modern.isPresent() ? modern.get() : initialize();
        McpListCache lists = new McpListCache(channel, label, opening.generation(), opening.serverInfo());
        lists.fetchAll(stopwatch);
        McpSession session = new McpSession(channel, label, opening.generation(), opening.serverInfo(), lists);
        session.notifications().ifPresent(WorkerNotificationRequester::begin);
        if (opening.serverInfo().announcesExtensions()) {
            channel.passExtensions();
        }
        return session;
    }

    /** Generation and server info from the worker's first answer. */
    private record Opening(McpGeneration generation, WorkerServerInfo serverInfo) {
        static Opening of(McpGeneration generation, JsonNode result) {
            return new Opening(generation, WorkerServerInfoReader.read(result));
        }
    }

    private Optional<Opening> discover() {
        try {
            JsonNode result = channel.request("server/discover", params(McpGeneration.MODERN), atMost(DISCOVER_LIMIT));
            return supports(result.path("supportedVersions"), McpGeneration.MODERN_VERSION)
                    ? Optional.of(Opening.of(McpGeneration.MODERN, result))
                    : Optional.empty();
        } catch (WorkerCallException e) {
            failIfGone(e);
            if (isModernError(e) && namesModern(e)) {
                return Optional.of(discoverAgain());
            }
            if (e.kind() == WorkerCallException.Kind.TIMEOUT && !pinged && answersPing()) {
                return discover();
            }
            if (stopwatch.left().isZero()) {
                throw e; // a question that no time is left for would say less of the worker
            }
            LOG.debug("worker={} has no server/discover: {}", label, e.getMessage());
            return Optional.empty();
        }
    }

    private Duration atMost(Duration limit) {
        return limit.compareTo(stopwatch.left()) < 0 ? limit : stopwatch.left();
    }

    /** {@code ping} may come before {@code initialize}, and where it is unknown, that is an answer too. */
    private boolean answersPing() {
        pinged = true;
        try {
            channel.request("ping", params(McpGeneration.MODERN), atMost(AWAKE_LIMIT));
            return true;
        } catch (WorkerCallException e) {
            failIfGone(e);
            return e.kind() == WorkerCallException.Kind.RPC_ERROR;
        }
    }

    /** A worker that refuses a version may know another one that we speak; its first refusal is the one that is told. */
    private Opening initialize() {
        ProtocolVersionNegotiation negotiation = new ProtocolVersionNegotiation();
        String version = negotiation.first();
        @Nullable WorkerCallException first = null;
        while (true) {
            try {
                return initialize(version);
            } catch (WorkerCallException e) {
                if (isModernError(e) && namesModern(e)) {
                    return discoverAgain();
                }
                failIfGone(e);
                first = first == null ? e : first;
                Optional<String> next = negotiation.after(e);
                if (next.isEmpty()) {
                    throw first;
                }
                LOG.info("worker={} refuses version {}, trying {}: {}", label, version, next.get(), e.reason());
                version = next.get();
            }
        }
    }

    private Opening initialize(String offered) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("protocolVersion", offered);
        ObjectNode capabilities = McpGeneration.everyCapability();
        capabilities.setAll(clientCapabilities.get());
        params.set("capabilities", capabilities);
        params.set("clientInfo", McpGeneration.clientInfo());
        JsonNode result = channel.request("initialize", params, stopwatch.left());
        String version = result.path("protocolVersion").asString("");
        if (!McpGeneration.LEGACY_VERSIONS.contains(version)) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.MALFORMED,
                    "worker " + label + " answered initialize with the unknown protocol version \"" + version + "\"");
        }
        channel.sendNotification("notifications/initialized", JsonRpcCodec.JSON.createObjectNode());
        return Opening.of(McpGeneration.legacy(version), result);
    }

    private Opening discoverAgain() {
        JsonNode result = channel.request("server/discover", params(McpGeneration.MODERN), stopwatch.left());
        return Opening.of(McpGeneration.MODERN, result);
    }

    private static void failIfGone(WorkerCallException e) {
        if (e.kind() == WorkerCallException.Kind.LOST || e.kind() == WorkerCallException.Kind.NOT_SENT) {
            throw e;
        }
    }

    private static boolean isModernError(WorkerCallException e) {
        return e.kind() == WorkerCallException.Kind.RPC_ERROR && MODERN_ERRORS.contains(e.code());
    }

    private static boolean namesModern(WorkerCallException e) {
        return ProtocolVersionNegotiation.supportedIn(e).contains(McpGeneration.MODERN_VERSION);
    }

    private static boolean supports(JsonNode versions, String version) {
        for (JsonNode one : versions) {
            if (version.equals(one.asString(""))) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode params(McpGeneration generation) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        generation.meta().ifPresent(meta -> params.set("_meta", meta));
        return params;
    }
}
