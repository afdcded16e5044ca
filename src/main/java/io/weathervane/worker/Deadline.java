package io.weathervane.worker;

import io.weathervane.util.Ticker;
import java.time.Duration;

/** A moment by which several steps must be done together. */
final class Deadline {
    private final Ticker ticker;
    private final long startNanos;
    private final Duration limit;

    Deadline(Ticker ticker, Duration limit) {
        this.ticker = ticker;
        this.startNanos = ticker.nanos();
        this.limit = limit;
    }

    Duration elapsed() {
        return Duration.ofNanos(ticker.nanos() - startNanos);
    }

    /** What is left, never negative. */
    Duration left() {
        Duration left = limit.minus(elapsed());
        return left.isNegative() ? Duration.ZERO : left;
    }

    boolean passed() {
        return left().isZero();
    }
}
