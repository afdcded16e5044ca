package io.weathervane.rollback;

import io.weathervane.watch.WatchRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides when the metrics file is written anew: when the watch has changed, and else so often that it is not old. */
final class MetricsFileSchedule {
    /** The file is as old as this at most while nothing changes: 5 s. */
    static final Duration AGE_MAX = Duration.ofSeconds(5);

    private Instant writtenAt = Instant.EPOCH;
    private Optional<WatchRecord> writtenOf = Optional.empty();

    /** Whether to write it now. A clock that was set back is no reason to wait. */
    boolean isDue(Optional<WatchRecord> watch, Instant now) {
        boolean old = now.isAfter(writtenAt.plus(AGE_MAX)) || now.isBefore(writtenAt);
        return old || !watch.equals(writtenOf);
    }

    /** The file is written of this watch. */
    void written(Optional<WatchRecord> watch, Instant now) {
        writtenOf = watch;
        writtenAt = now;
    }
}
