package io.weathervane.util;

import java.time.Duration;

/** Limits the lines that a worker's stderr adds to the server's log, per time window. Thread-safe. */
public final class LogRateLimiter {
    private static final int LINES_MAX = 100;
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private final Ticker ticker;
    private long windowStart;
    private int used;
    private long dropped;

    public LogRateLimiter(Ticker ticker) {
        this.ticker = ticker;
        this.windowStart = ticker.nanos();
    }

    /** Whether a line may be logged now. */
    public synchronized boolean take() {
        long now = ticker.nanos();
        if (now - windowStart >= WINDOW_NANOS) {
            windowStart = now;
            used = 0;
        }
        if (used < LINES_MAX) {
            used++;
            return true;
        }
        dropped++;
        return false;
    }

    /** How many lines were refused since this was last asked. */
    public synchronized long takeDropped() {
        long count = dropped;
        dropped = 0;
        return count;
    }
}
