package io.weathervane.upgrade;

import java.time.Duration;
import java.util.Optional;

/** Carries the request to end an upgrade and wakes its waits. The first request counts. */
final class CancellationToken {
    private Optional<String> why = Optional.empty();
    private boolean nudged;
    private boolean closing;

    /** Returns whether this was the first. */
    synchronized boolean ask(String reason) {
        boolean first = why.isEmpty();
        why = why.or(() -> Optional.of(reason));
        notifyAll();
        return first;
    }

    synchronized Optional<String> why() {
        return why;
    }

    /** The server ends. */
    synchronized void close() {
        closing = true;
        why = why.or(() -> Optional.of("the server was shut down"));
        notifyAll();
    }

    synchronized boolean closing() {
        return closing;
    }

    /** Ends a wait early: there is something to look at. */
    synchronized void wake() {
        nudged = true;
        notifyAll();
    }

    /** Waits so long, or less when there is a wish or a nudge. */
    @SuppressWarnings("WaitNotInLoop") // the callers look, and wait again
    synchronized void pause(Duration atMost) throws InterruptedException {
        if (why.isEmpty() && !nudged && !atMost.isNegative() && !atMost.isZero()) {
            wait(Math.max(1, atMost.toMillis()));
        }
        nudged = false;
    }
}
