package io.weathervane.util;

import java.time.Duration;

/** Measures elapsed time against a limit that several steps share. */
public final class Stopwatch {
    private final Ticker ticker;
    private final long startNanos;
    private final Duration limit;

    public Stopwatch(Ticker ticker, Duration limit) {
        this.ticker = ticker;
        this.startNanos = ticker.nanos();
        this.limit = limit;
    }

    public Duration elapsed() {
        return Duration.ofNanos(ticker.nanos() - startNanos);
    }

    /** What is left, never negative. */
    public Duration left() {
        Duration left = limit.minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** What is left of this, but at most so long from now. */
    public Stopwatch within(Duration most) {
        Duration left = left();
        return new Stopwatch(ticker, left.compareTo(most) < 0 ? left : most);
    }

    public boolean passed() {
        return left().isZero();
    }
}
