package io.weathervane.util;

import java.time.Duration;

/**
 * Measures elapsed time since it was made, against a limit where it has one. Immutable; a new start is a new stopwatch.
 *
 * <p>Plain readings of a {@link Ticker} stay where a stopwatch would cost an object for each call or message (a worker's and a
 * client's calls, time-outs of calls, HTTP connections and their streams, {@link MemoryBudget}, rate limits), where several readings
 * are held against each other ({@link SteadyClock}, periods that follow one another without a gap), and in pure code, which takes the
 * time as an argument.
 */
public final class Stopwatch {
    /** The longest limit that nanoseconds hold: 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private final Ticker ticker;
    private final long startNanos;
    private final long limitNanos;

    private Stopwatch(Ticker ticker, long startNanos, Duration limit) {
        this.ticker = ticker;
        this.startNanos = startNanos;
        this.limitNanos = nanos(limit);
    }

    /** Without a limit. */
    public Stopwatch(Ticker ticker) {
        this(ticker, LONGEST);
    }

    public Stopwatch(Ticker ticker, Duration limit) {
        this(ticker, ticker.nanos(), limit);
    }

    /** One without a limit that was started so long ago. */
    public static Stopwatch startedAgo(Ticker ticker, Duration ago) {
        return new Stopwatch(ticker, ticker.nanos() - ago.toNanos(), LONGEST);
    }

    public Duration elapsed() {
        return Duration.ofNanos(elapsedNanos());
    }

    public long elapsedNanos() {
        return ticker.nanos() - startNanos;
    }

    /** Whether at least so much time has elapsed, whatever the limit is. */
    public boolean hasRunFor(Duration time) {
        return elapsedNanos() >= nanos(time);
    }

    /** Time that is left until the limit, never negative. */
    public Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /** The same in nanoseconds. */
    public long leftNanos() {
        return Math.max(0, limitNanos - Math.max(0, elapsedNanos()));
    }

    /** Stopwatch of the time that is left, but at most so long from now. */
    public Stopwatch within(Duration most) {
        Duration left = left();
        return new Stopwatch(ticker, left.compareTo(most) < 0 ? left : most);
    }

    /** Whether nothing is left. */
    public boolean passed() {
        return leftNanos() == 0;
    }

    private static long nanos(Duration time) {
        return time.compareTo(LONGEST) < 0 ? time.toNanos() : Long.MAX_VALUE;
    }
}
