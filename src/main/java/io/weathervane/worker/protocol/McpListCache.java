package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerServerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Newest lists of an MCP worker. */
final class McpListCache {
    private static final Logger LOG = LoggerFactory.getLogger("McpListCache");

    /** Most pages of a list that a worker is asked for, and the entries after which no further page is asked for. */
    private static final int PAGES_MAX = 1000;

    private static final int ENTRIES_MAX = 10_000;

    /** How long the start of a worker waits for what it lists beside its tools: 5 s each. */
    private static final Duration OTHERS_LIMIT = Duration.ofSeconds(5);

    /** How often a worker is asked for its tools at its start that answers with an error, and the pause between. */
    private static final int FIRST_ATTEMPTS_MAX = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final WorkerChannel channel;
    private final String label;
    private final McpGeneration generation;
    private final WorkerServerInfo serverInfo;
    private final UndeclaredListProbe undeclared;
    private final Map<WorkerListKind, List<ObjectNode>> last = new ConcurrentHashMap<>();

    /** What the first page's {@code _meta} says of the whole. */
    private final Map<WorkerListKind, ObjectNode> meta = new ConcurrentHashMap<>();

    /** The tools of {@link #last} by name: several are looked up in every call, and a worker may have thousands. */
    private volatile Map<String, ObjectNode> toolsByName = Map.of();

    McpListCache(WorkerChannel channel, String label, McpGeneration generation, WorkerServerInfo serverInfo) {
        this.channel = channel;
        this.label = label;
        this.generation = generation;
        this.serverInfo = serverInfo;
        this.undeclared = new UndeclaredListProbe(serverInfo);
    }

    /** Whether the worker announces such a list, or has answered for it. */
    boolean has(WorkerListKind list) {
        return serverInfo.has(list.capability()) || undeclared.has(list);
    }

    List<ObjectNode> last(WorkerListKind list) {
        return last.getOrDefault(list, List.of());
    }

    ObjectNode meta(WorkerListKind list) {
        return meta.getOrDefault(list, JsonRpcCodec.JSON.createObjectNode());
    }

    Optional<ObjectNode> tool(String name) {
        return Optional.ofNullable(toolsByName.get(name));
    }

    /** Everything, at the start: a worker that does not answer for its tools is none, the rest can be listed later. */
    void fetchAll(Stopwatch stopwatch) {
        for (WorkerListKind list : WorkerListKind.values()) {
            if (list == WorkerListKind.TOOLS) {
                fetchTools(stopwatch);
            } else if (has(list)) {
                fetchIfPossible(list, stopwatch.within(OTHERS_LIMIT));
            }
        }
    }

    private void fetchTools(Stopwatch stopwatch) {
        if (has(WorkerListKind.TOOLS)) {
            fetchFirst(WorkerListKind.TOOLS, stopwatch);
        } else {
            fetchIfPossible(WorkerListKind.TOOLS, stopwatch.within(UndeclaredListProbe.START_LIMIT));
        }
    }

    /** One that answers with an error may not be ready yet: it is asked some times, and again when a client asks. */
    private void fetchFirst(WorkerListKind list, Stopwatch stopwatch) {
        for (int attempt = 1; ; attempt++) {
            try {
                fetch(list, stopwatch, WorkerCallContext.none());
                return;
            } catch (WorkerCallException e) {
                if (e.kind() != WorkerCallException.Kind.RPC_ERROR) {
                    throw e;
                }
                if (attempt == FIRST_ATTEMPTS_MAX || stopwatch.passed()) {
                    LOG.warn("worker={} does not list its tools yet: {}", label, e.reason());
                    return;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(FIRST_PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerCallException(WorkerCallException.Kind.CANCELLED, "interrupted while the worker starts");
        }
    }

    private void fetchIfPossible(WorkerListKind list, Stopwatch stopwatch) {
        try {
            fetch(list, stopwatch, WorkerCallContext.none());
        } catch (WorkerCallException e) {
            LOG.info("worker={} does not answer {} now: {}", label, list.method(), e.reason());
        }
    }

    /**
     * Asks the worker, if it has such a list.
     *
     * @param caller cancels it, which the worker is told
     * @throws WorkerCallException when it does not answer; the list stays as it was
     */
    List<ObjectNode> fetch(WorkerListKind list, Stopwatch stopwatch, WorkerCallContext caller) {
        List<ObjectNode> before = last(list);
        List<ObjectNode> now = has(list)
                ? pages(list, stopwatch, caller)
                : undeclared.ask(list, stopwatch, limit -> pages(list, limit, caller));
        // The same object as long as it says the same, so that comparing is cheap.
        return now.equals(before) ? before : keep(list, now);
    }

    private List<ObjectNode> keep(WorkerListKind list, List<ObjectNode> now) {
        last.put(list, now);
        if (list == WorkerListKind.TOOLS) {
            Map<String, ObjectNode> byName = new HashMap<>();
            now.forEach(tool -> byName.putIfAbsent(tool.path("name").asString(""), tool));
            toolsByName = byName;
        }
        return now;
    }

    private void keepMeta(WorkerListKind list, JsonNode result) {
        if (result instanceof ObjectNode object) {
            McpGeneration.removeOwnKeys(object);
        }
        meta.put(list, result.get("_meta") instanceof ObjectNode given ? given : JsonRpcCodec.JSON.createObjectNode());
    }

    private Consumer<PendingCall> tellingCancelled(WorkerCallContext caller) {
        return call -> channel.sendNotification(
                "notifications/cancelled", generation.cancellation(call.id(), caller.cancelReason()));
    }

    private boolean isListed(WorkerListKind list, ObjectNode entry) {
        return !list.keyOf(entry).isEmpty() && (list != WorkerListKind.TOOLS || channel.offers(entry));
    }

    /** All pages; what is beyond the limits, or after a cursor that was there before, is left out, with a warning. */
    private List<ObjectNode> pages(WorkerListKind list, Stopwatch stopwatch, WorkerCallContext caller) {
        List<ObjectNode> entries = new ArrayList<>();
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        generation.meta().ifPresent(meta -> params.set("_meta", meta));
        Set<String> cursors = new HashSet<>();
        for (int page = 0; page < PAGES_MAX && entries.size() < ENTRIES_MAX; page++) {
            JsonNode result = channel.request(
                    channel.nextId(), list.method(), params, stopwatch.left(), caller, tellingCancelled(caller));
            if (page == 0) {
                keepMeta(list, result);
            }
            for (JsonNode entry : result.path(list.field())) {
                if (entry instanceof ObjectNode object && isListed(list, object)) {
                    entries.add(object);
                }
            }
            String cursor = result.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                return List.copyOf(entries);
            }
            if (!cursors.add(cursor)) {
                break;
            }
            params.put("cursor", cursor);
        }
        int kept = Math.min(entries.size(), ENTRIES_MAX);
        LOG.warn("worker={} lists too much in {}, or the same again; {} entries kept", label, list.method(), kept);
        return List.copyOf(entries.subList(0, kept));
    }
}
