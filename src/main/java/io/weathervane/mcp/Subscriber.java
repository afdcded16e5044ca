package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One who is told of changes: in their order, one at a time, on a thread that is not the publisher's. A change
 * that waits to be told is not queued again, so that a client that reads slowly is told less, and never late of
 * what is true now.
 */
final class Subscriber {
    private final Predicate<Change> wants;
    private final Consumer<JsonRpcMessage.Notification> out;
    private final Executor threads;
    private final Set<Change> waiting = new LinkedHashSet<>();
    private boolean open;
    private boolean telling;

    /** @param wants which changes; bounds how many different ones can wait */
    Subscriber(Predicate<Change> wants, Consumer<JsonRpcMessage.Notification> out, Executor threads) {
        this.wants = wants;
        this.out = out;
        this.threads = threads;
    }

    void changed(Change change) {
        if (!wants.test(change)) {
            return;
        }
        synchronized (waiting) {
            waiting.add(change);
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
            Change change;
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
