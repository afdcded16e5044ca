package io.weathervane.store;

import io.weathervane.util.Ticker;
import java.time.Duration;

/**
 * When other programs committed. A plain {@code sqlite3} has no busy time-out and fails at once on a write lock that is
 * held, and its lines come in rows; what can wait is therefore written when they pause, or right after one of them.
 */
public final class OutsideChanges {
    /** Commits less than this apart are in a row, which has ended when none has come for so long: 500 ms. */
    static final Duration PAUSE = Duration.ofMillis(500);

    /** So soon after a commit the next one of a slow row is still far: 100 ms. */
    private static final Duration RIGHT_AFTER = Duration.ofMillis(100);

    private static final Duration LONG_AGO = Duration.ofDays(1);

    private final Ticker ticker;
    private volatile Newest newest;

    /** @param follows whether it came within {@link #PAUSE} of the one before it */
    private record Newest(long at, boolean follows) {}

    OutsideChanges(Ticker ticker) {
        this.ticker = ticker;
        this.newest = new Newest(ticker.nanos() - LONG_AGO.toNanos(), false);
    }

    /** Says that another program has committed since the last look. By one thread at a time. */
    void seen() {
        long now = ticker.nanos();
        newest = new Newest(now, now - newest.at() < PAUSE.toNanos());
    }

    /** Whether none has been seen for so long. */
    public boolean pauseFor(Duration time) {
        return age(newest) >= time.toNanos();
    }

    /**
     * Whether what can wait should be written now.
     *
     * @param overdue whether it has waited for as long as it may
     */
    public boolean isGoodTime(boolean overdue) {
        Newest last = newest;
        long age = age(last);
        boolean nextIsFar = overdue && age < RIGHT_AFTER.toNanos();
        return !last.follows() || age >= PAUSE.toNanos() || nextIsFar;
    }

    private long age(Newest last) {
        return ticker.nanos() - last.at();
    }
}
