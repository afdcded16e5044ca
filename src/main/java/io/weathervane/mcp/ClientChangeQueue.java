package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One who is told of changes: in their order, one at a time, on a thread that is not the publisher's. A change
 * that waits to be told is not queued again, so that a client that reads slowly is told less, and never late of
 * what is true now.
 */
public final class ClientChangeQueue {
    private static final Logger log = LoggerFactory.getLogger(ClientChangeQueue.class);

    /** Most that waits to be told when a further notice comes: a client that does not read is told less. */
    private static final int NOTICES_MAX = 1000;

    private final SubscriptionFilter filter;
    private final Consumer<JsonRpcMessage.Notification> out;
    private final Executor threads;
    private final Set<ServerChange> waiting = new LinkedHashSet<>();

    /** By task what is to be told of it: as many as the interest has. */
    private final Map<String, Supplier<Optional<JsonRpcMessage.Notification>>> waitingTasks = new LinkedHashMap<>();

    private @Nullable Runnable ending;
    private long notices;
    private boolean open;
    private boolean telling;

    /** @param filter bounds how many different changes can wait */
    ClientChangeQueue(SubscriptionFilter filter, Consumer<JsonRpcMessage.Notification> out, Executor threads) {
        this.filter = filter;
        this.out = out;
        this.threads = threads;
    }

    void changed(ServerChange change) {
        if (!filter.wants(change)) {
            return;
        }
        synchronized (waiting) {
            waiting.add(waiting.size() < NOTICES_MAX ? change : change.plain());
        }
        sendChanges();
    }

    /** Each resource below this one that is wanted has changed. */
    void changedBelow(String uri) {
        filter.uris().stream().filter(one -> one.startsWith(uri + "/")).forEach(one -> changed(ServerChange.of(one)));
    }

    /** Tells of something whatever the interest is; dropped when too much waits. */
    public void notice(String method, ObjectNode params) {
        synchronized (waiting) {
            if (waiting.size() < NOTICES_MAX) {
                notices++;
                waiting.add(new ServerChange(method, "", params, notices));
            }
        }
        sendChanges();
    }

    /**
     * Tells how a task is now, instead of how it was when that is not told yet.
     *
     * @param state asked when it is told; empty when there is nothing to tell any more
     */
    void task(String id, Supplier<Optional<JsonRpcMessage.Notification>> state) {
        synchronized (waiting) {
            waitingTasks.put(id, state);
        }
        sendChanges();
    }

    /** Runs the action once all that waits is told. */
    void endBy(Runnable action) {
        synchronized (waiting) {
            ending = action;
        }
        sendChanges();
    }

    /** Nothing more is told until {@link #open}: what is to come first is on its way. */
    public void hold() {
        synchronized (waiting) {
            open = false;
        }
    }

    /** Nothing is told before this. */
    public void open() {
        synchronized (waiting) {
            open = true;
        }
        sendChanges();
    }

    private void sendChanges() {
        synchronized (waiting) {
            if (!open || telling || (waiting.isEmpty() && waitingTasks.isEmpty() && ending == null)) {
                return;
            }
            telling = true;
        }
        threads.execute(this::sendAll);
    }

    private void sendAll() {
        for (var next = next(); next.isPresent(); next = next()) {
            resolved(next.get()).ifPresent(out);
        }
    }

    private static Optional<JsonRpcMessage.Notification> resolved(
            Supplier<Optional<JsonRpcMessage.Notification>> next) {
        try {
            return next.get();
        } catch (RuntimeException e) {
            log.warn("A task's state could not be told", e);
            return Optional.empty();
        }
    }

    /** Takes the next notification, which waits no longer; empty when there is none. */
    private Optional<Supplier<Optional<JsonRpcMessage.Notification>>> next() {
        synchronized (waiting) {
            if (!open) {
                telling = false;
                return Optional.empty();
            }
            if (!waiting.isEmpty()) {
                ServerChange change = waiting.iterator().next();
                waiting.remove(change);
                return Optional.of(() -> Optional.of(change.toNotification()));
            }
            Iterator<Supplier<Optional<JsonRpcMessage.Notification>>> tasks =
                    waitingTasks.values().iterator();
            if (tasks.hasNext()) {
                Supplier<Optional<JsonRpcMessage.Notification>> task = tasks.next();
                tasks.remove();
                return Optional.of(task);
            }
            Runnable last = ending;
            ending = null;
            telling = last != null;
            return Optional.ofNullable(last).map(action -> () -> {
                action.run();
                return Optional.empty();
            });
        }
    }
}
