package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * One who is told of changes: in their order, one at a time, on a thread that is not the publisher's. A change
 * that waits to be told is not queued again, so that a client that reads slowly is told less, and never late of
 * what is true now.
 */
final class Subscriber {
    /** Most that waits to be told when a further notice comes: a client that does not read is told less. */
    private static final int NOTICES_MAX = 1000;

    private final SubscriptionKind interest;
    private final Consumer<JsonRpcMessage.Notification> out;
    private final Executor threads;
    private final Set<ServerChange> waiting = new LinkedHashSet<>();
    private long notices;
    private boolean open;
    private boolean telling;

    /** @param interest bounds how many different changes can wait */
    Subscriber(SubscriptionKind interest, Consumer<JsonRpcMessage.Notification> out, Executor threads) {
        this.interest = interest;
        this.out = out;
        this.threads = threads;
    }

    void changed(ServerChange change) {
        if (!interest.wants(change)) {
            return;
        }
        synchronized (waiting) {
            waiting.add(waiting.size() < NOTICES_MAX ? change : change.plain());
        }
        tell();
    }

    /** Each resource below this one that is wanted has changed. */
    void changedBelow(String uri) {
        interest.uris().stream().filter(one -> one.startsWith(uri + "/")).forEach(one -> changed(ServerChange.of(one)));
    }

    /** Tells of something whatever the interest is; dropped when too much waits. */
    void notice(String method, ObjectNode params) {
        synchronized (waiting) {
            if (waiting.size() < NOTICES_MAX) {
                notices++;
                waiting.add(new ServerChange(method, "", params, notices));
            }
        }
        tell();
    }

    /** Nothing is told before this. */
    void open() {
        synchronized (waiting) {
            open = true;
        }
        tell();
    }

    private void tell() {
        synchronized (waiting) {
            if (!open || telling || waiting.isEmpty()) {
                return;
            }
            telling = true;
        }
        threads.execute(this::tellAll);
    }

    private void tellAll() {
        while (true) {
            ServerChange change;
            synchronized (waiting) {
                if (waiting.isEmpty()) {
                    telling = false;
                    return;
                }
                change = waiting.iterator().next();
                waiting.remove(change);
            }
            out.accept(change.toNotification());
        }
    }
}
