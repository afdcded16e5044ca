package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerServerInfo;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests the notifications that a worker is to send: changes of its lists and resources, and its log. A legacy worker
 * is told of each resource and of the log's level; a modern one has an open {@code subscriptions/listen} that names all
 * of them, and that another one replaces when they change.
 */
public final class WorkerNotificationRequester {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerNotifications");
    /** The levels of RFC 5424 by their names in MCP. */
    private static final List<String> MILDEST_FIRST =
            List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

    /** How long a worker may take for what no client waits for. */
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(10);

    private final WorkerChannel channel;
    private final String label;
    private final McpGeneration generation;
    private final WorkerServerInfo serverInfo;

    /** One change at a time; held while the worker answers, which is for subscribers to wait for. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<String> watched = new HashSet<>();
    private volatile Optional<String> level = Optional.empty();
    private long listening;

    WorkerNotificationRequester(
            WorkerChannel channel, String label, McpGeneration generation, WorkerServerInfo serverInfo) {
        this.channel = channel;
        this.label = label;
        this.generation = generation;
        this.serverInfo = serverInfo;
    }

    /** Has a modern worker say when its lists change; a legacy one does so by itself. */
    void begin() {
        lock.lock();
        try {
            listen();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes what is watched these resources, and the log as talkative as this.
     *
     * @param limit how long the worker may take for each new resource
     * @throws WorkerCallException when a worker refuses a resource, after all else was done
     */
    public void update(Set<String> uris, Optional<String> newLevel, Duration limit) {
        lock.lock();
        try {
            logLevel(newLevel);
            if (!watched.equals(uris)
                    && serverInfo
                            .capabilities()
                            .path("resources")
                            .path("subscribe")
                            .asBoolean(false)) {
                watch(uris, limit);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells a legacy worker all of it again, because it has forgotten: what it refuses now is not watched any longer.
     *
     * @param limit how long the worker may take for each resource
     */
    public void renew(Duration limit) {
        lock.lock();
        try {
            Set<String> uris = Set.copyOf(watched);
            Optional<String> wanted = level;
            level = Optional.empty();
            logLevel(wanted);
            if (!generation.modern() && !uris.isEmpty()) {
                watched.clear();
                watch(uris, limit);
            }
        } catch (WorkerCallException e) {
            LOG.warn("worker={} does not subscribe again: {}", label, e.reason());
        } finally {
            lock.unlock();
        }
    }

    private void logLevel(Optional<String> newLevel) {
        if (generation.modern() || !serverInfo.has("logging") || newLevel.isEmpty() || newLevel.equals(level)) {
            return;
        }
        try {
            ask("logging/setLevel", "level", newLevel.get(), QUIET_LIMIT);
            level = newLevel;
        } catch (WorkerCallException e) {
            LOG.warn("worker={} does not take the log level {}: {}", label, newLevel.get(), e.reason());
        }
    }

    /**
     * Has a legacy worker log as much as the next call's client wants, which other clients are not sent. Its answer does
     * not matter: a worker reads in order, so the call comes after it.
     */
    void logFor(String wanted) {
        if (generation.modern() || !serverInfo.has("logging") || !isMilder(wanted)) {
            return;
        }
        // Without the lock, which may be held for as long as the worker takes for a subscription.
        level = Optional.of(wanted);
        channel.post(
                channel.nextId(),
                "logging/setLevel",
                JsonRpcCodec.JSON.createObjectNode().put("level", wanted));
    }

    private boolean isMilder(String wanted) {
        Optional<String> now = level;
        return now.isEmpty() || MILDEST_FIRST.indexOf(wanted) < MILDEST_FIRST.indexOf(now.get());
    }

    private void watch(Set<String> uris, Duration limit) {
        if (generation.modern()) {
            watched.clear();
            watched.addAll(uris);
            listen();
            return;
        }
        for (String gone : Set.copyOf(watched)) {
            if (!uris.contains(gone)) {
                unsubscribe(gone);
            }
        }
        WorkerCallException refused = null;
        for (String uri : uris) {
            if (!watched.contains(uri)) {
                try {
                    ask("resources/subscribe", "uri", uri, limit);
                    watched.add(uri);
                } catch (WorkerCallException e) {
                    refused = e;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private void unsubscribe(String uri) {
        watched.remove(uri);
        try {
            ask("resources/unsubscribe", "uri", uri, QUIET_LIMIT);
        } catch (WorkerCallException e) {
            LOG.warn("worker={} does not unsubscribe {}: {}", label, uri, e.reason());
        }
    }

    private void ask(String method, String key, String value, Duration limit) {
        channel.request(method, JsonRpcCodec.JSON.createObjectNode().put(key, value), limit);
    }

    /** The new one first, so that nothing is missed in between; to be told twice does no harm. */
    private void listen() {
        ObjectNode wanted = JsonRpcCodec.JSON.createObjectNode();
        wantIf(serverInfo.tellsOf(WorkerListKind.TOOLS), wanted, "toolsListChanged");
        wantIf(serverInfo.tellsOf(WorkerListKind.PROMPTS), wanted, "promptsListChanged");
        wantIf(serverInfo.tellsOf(WorkerListKind.RESOURCES), wanted, "resourcesListChanged");
        if (!watched.isEmpty()) {
            watched.forEach(wanted.putArray("resourceSubscriptions")::add);
        }
        if (!generation.modern() || (wanted.isEmpty() && listening == 0)) {
            return;
        }
        long before = listening;
        listening = channel.nextId();
        ObjectNode params = params();
        params.set("notifications", wanted);
        channel.post(listening, "subscriptions/listen", params);
        if (before != 0) {
            channel.sendNotification("notifications/cancelled", params().put("requestId", before));
        }
    }

    private static void wantIf(boolean told, ObjectNode wanted, String key) {
        if (told) {
            wanted.put(key, true);
        }
    }

    private ObjectNode params() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        generation.meta().ifPresent(meta -> params.set("_meta", meta));
        return params;
    }
}
