package io.weathervane.worker.routing;

import io.weathervane.worker.RecentCallSummary;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Threshold from which on a call of one tool counts as slow, learned from the tool's newest calls. Not safe for several
 * threads.
 */
final class SlowCallThreshold {
    /** A call that waits less is never too long: a caller that gives it up was in a hurry. */
    static final Duration PATIENCE_MIN = Duration.ofSeconds(1);

    /** A call may take so many times what nineteen of twenty calls took. */
    static final int PATIENCE_FACTOR = 3;

    /** For a tool that nothing is known of. */
    static final Duration PATIENCE_UNKNOWN = Duration.ofSeconds(30);

    /** Calls from which on the tool is known. */
    static final int CALLS_MIN = 10;

    private static final int CALLS_MAX = 64;

    private final long[] newest = new long[CALLS_MAX];
    private long calls;

    void took(long nanos) {
        newest[(int) (calls % CALLS_MAX)] = nanos;
        calls++;
    }

    /** From when on a call takes much longer than usual; empty while the tool is not known. */
    OptionalLong patienceNanos() {
        if (calls < CALLS_MIN) {
            return OptionalLong.empty();
        }
        long[] kept = Arrays.copyOf(newest, (int) Math.min(calls, CALLS_MAX));
        long p95 = RecentCallSummary.of(kept, 0).p95().orElseThrow().toNanos();
        return OptionalLong.of(patienceNanos(p95));
    }

    /** For a tool of which nineteen of twenty calls took at most so long. */
    static long patienceNanos(long p95Nanos) {
        return Math.max(PATIENCE_MIN.toNanos(), PATIENCE_FACTOR * p95Nanos);
    }
}
