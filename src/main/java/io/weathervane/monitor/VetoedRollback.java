package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;

/**
 * A rollback is due and not done, because the previous worker fails the same calls. It lasts until the previous worker,
 * asked again, does better.
 *
 * @param since when the first answer of this kind came
 * @param askedAt when the newest answer came
 * @param over whether that answer was the end of it
 */
public record VetoedRollback(Instant since, Instant askedAt, PreviousWorkerReplayResult replay, boolean over) {
    /** One that lasts. */
    public VetoedRollback(Instant since, Instant askedAt, PreviousWorkerReplayResult replay) {
        this(since, askedAt, replay, /* over= */ false);
    }

    /** Whether the previous worker may be asked again. */
    boolean isDue(Duration interval, Instant now) {
        return !now.isBefore(askedAt.plus(interval));
    }

    VetoedRollback ended(Instant now) {
        return new VetoedRollback(since, now, replay, /* over= */ true);
    }

    /** The same as it was before its end. */
    VetoedRollback lasting() {
        return new VetoedRollback(since, askedAt, replay);
    }

    /** Whether it lasted at this moment. */
    boolean lastedAt(Instant moment) {
        return since.isBefore(moment) && (!over || !askedAt.isBefore(moment));
    }
}
