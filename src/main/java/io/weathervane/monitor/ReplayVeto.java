package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;

/**
 * A rollback is due and not done, because the previous worker fails the same calls. It lasts until the previous worker,
 * asked again, does better.
 *
 * @param since when the first answer of this kind came
 * @param askedAt when the newest came
 */
public record ReplayVeto(Instant since, Instant askedAt, BaselineReplay replay) {
    /** Whether the previous worker may be asked again. */
    boolean isDue(Duration interval, Instant now) {
        return !now.isBefore(askedAt.plus(interval));
    }
}
