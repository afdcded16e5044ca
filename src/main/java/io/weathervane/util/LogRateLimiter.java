package io.weathervane.util;

import java.time.Duration;

/** Limits the lines that a worker's stderr adds to the server's log, per time window. Thread-safe. */
public final class LogRateLimiter {
    private static final int LINES_MAX = 100;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final Ticker ticker;
    private Stopwatch window;
    private int used;
    private long dropped;

    public LogRateLimiter(Ticker ticker) {
        this.ticker = ticker;
        this.window = new Stopwatch(ticker, WINDOW);
    }

    /** Whether a line may be logged now. */
    public synchronized boolean take() {
        if (window.passed()) {
            window = new Stopwatch(ticker, WINDOW);
            used = 0;
        }
        if (used < LINES_MAX) {
            used++;
            return true;
        }
        dropped++;
        return false;
    }

    /** Number of lines that were refused since the last call. */
    public synchronized long takeDropped() {
        long count = dropped;
        dropped = 0;
        return count;
    }
}
