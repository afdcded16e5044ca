package io.weathervane.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** When a load ends. */
interface Quota {
    /**
     * Whether no further call is to begin.
     *
     * @param begun calls so far
     */
    boolean isUsedUp(long begun, long now);

    static Quota of(Duration duration) {
        long endsAt = System.nanoTime() + duration.toNanos();
        return (begun, now) -> now - endsAt >= 0;
    }

    static Quota of(long calls) {
        return (begun, now) -> begun >= calls;
    }

    static Quota until(AtomicBoolean done) {
        return (begun, now) -> done.get();
    }
}
