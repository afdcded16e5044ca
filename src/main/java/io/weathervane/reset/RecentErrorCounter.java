package io.weathervane.reset;

import io.weathervane.worker.CallTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Times of the workers' recent failed calls, found by comparing the tally with what it was. */
final class RecentErrorCounter {
    /** Moments that are kept; with one look each second, more than the quarter of an hour that is asked for. */
    private static final int KEPT_MAX = 1200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Errors> seen = new ArrayDeque<>();
    private CallTotals last = CallTotals.NONE;
    private boolean over;

    private record Errors(Instant at, long count) {}

    void look(CallTotals now, Instant at) {
        lock.lock();
        try {
            if (over) {
                return;
            }
            long before = now.requests() < last.requests() || now.errors() < last.errors() ? 0 : last.errors();
            if (now.errors() > before) {
                seen.addLast(new Errors(at, now.errors() - before));
            }
            if (seen.size() > KEPT_MAX) {
                seen.removeFirst();
            }
            last = now;
        } finally {
            lock.unlock();
        }
    }

    /** The last look: calls that the end of the server cuts off are no errors of the workers. */
    void lookLast(CallTotals now, Instant at) {
        lock.lock();
        try {
            look(now, at);
            over = true;
        } finally {
            lock.unlock();
        }
    }

    RecentCallErrorSummary within(Duration span, Instant now) {
        lock.lock();
        try {
            Instant from = now.minus(span);
            long count = seen.stream()
                    .filter(errors -> errors.at().isAfter(from))
                    .mapToLong(Errors::count)
                    .sum();
            return new RecentCallErrorSummary(
                    count,
                    count == 0 ? Optional.empty() : Optional.of(seen.getLast().at()),
                    Optional.empty());
        } finally {
            lock.unlock();
        }
    }
}
