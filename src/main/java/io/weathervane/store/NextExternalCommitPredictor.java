package io.weathervane.store;

import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Predicts the next commit of other programs from their last ones. A plain {@code sqlite3} has no busy time-out and
 * fails at once on a write lock that is held, and its lines come in rows. Writes that can wait are therefore done when
 * the rows pause; writes that cannot are done right after one of them, when the next one is as far away as it gets.
 */
public final class NextExternalCommitPredictor {
    /** Commits less than this apart are in a row, which has ended when none has come for so long: 500 ms. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /** Between two looks for the next commit: 1 ms, less than a program takes to start. */
    private static final Duration LOOK = Duration.ofMillis(1);

    private static final Duration LONG_AGO = Duration.ofDays(1);

    private final Ticker ticker;
    private volatile Newest newest;

    /** When the last look found nothing. By one thread at a time. */
    private long nothingAt;

    /**
     * @param number counts them
     * @param at when it was noticed
     * @param from it was not there before: when the last look found nothing
     * @param after nanoseconds since the one before it
     */
    private record Newest(long number, long at, long from, long after) {
        boolean follows() {
            return after < PAUSE.toNanos();
        }
    }

    NextExternalCommitPredictor(Ticker ticker) {
        this.ticker = ticker;
        this.nothingAt = ticker.nanos() - LONG_AGO.toNanos();
        this.newest = new Newest(0, nothingAt, nothingAt, LONG_AGO.toNanos());
    }

    /** The time, to be taken before a look. */
    long beforeLook() {
        return ticker.nanos();
    }

    /** Says that a look found nothing new. By one thread at a time. */
    void nothingSince(long look) {
        nothingAt = look;
    }

    /** Says that another program has committed since the last look. By one thread at a time. */
    void seenSince(long look) {
        Newest before = newest;
        long now = ticker.nanos();
        newest = new Newest(before.number() + 1, now, nothingAt, now - before.at());
        nothingAt = look;
    }

    /** Whether none has been seen for so long. */
    public boolean pauseFor(Duration time) {
        return age(newest) >= time.toNanos();
    }

    /** Whether they come one after the other, so that the next one is to be expected. */
    public boolean inARow() {
        Newest last = newest;
        return last.follows() && age(last) < PAUSE.toNanos();
    }

    /** Whether they are in a row and half of the time until the next one has passed, if it comes as the newest did. */
    boolean isNextNear() {
        Newest last = newest;
        return inARow() && ticker.nanos() - last.from() > last.after() / 2;
    }

    /**
     * In a row, returns right after the next commit that is noticed in time or when the row has ended; else at once.
     *
     * @param limit returns after so many looks of {@link #LOOK} in any case
     * @param look finds out whether another program has committed
     */
    void awaitNext(Duration limit, Runnable look) {
        long number = newest.number();
        for (long looks = limit.toMillis() / LOOK.toMillis(); looks > 0; looks--) {
            boolean next = newest.number() != number && !isNextNear();
            if (next || !inARow()) {
                return;
            }
            LockSupport.parkNanos(LOOK.toNanos());
            look.run();
        }
    }

    private long age(Newest last) {
        return ticker.nanos() - last.at();
    }
}
