package io.weathervane.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lag of the database behind what has happened.
 *
 * @param waiting changes that are not in the database yet
 * @param oldest how long the oldest of them waits
 * @param failure why the last write failed; empty when it did not, or has not ended
 * @param kept changes that wait in the file {@link PendingJournal} too, so that a crash does not lose them
 * @param keepFailure why they cannot be kept there either
 * @param leftOut records of uneventful checks that were given up for want of room
 */
public record WriteLag(
        int waiting, Duration oldest, Optional<String> failure, int kept, Optional<String> keepFailure, long leftOut) {
    /** A write that takes longer than this is one that lags: 1 s. */
    public static final Duration LAG_MAX = Duration.ofSeconds(1);

    /** Whether a write failed, or takes too long. */
    public boolean degraded() {
        return failure.isPresent() || oldest.compareTo(LAG_MAX) > 0;
    }

    /** Problems for the operator, a sentence each; none when all is well. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (degraded()) {
            notes.add("the database cannot be written"
                    + failure.map(why -> ": " + why).orElse(" at the moment")
                    + (waiting == 0
                            ? ""
                            : "; " + waiting + (waiting == 1 ? " change waits" : " changes wait") + " since "
                                    + oldest.toSeconds() + " s, " + kept + " of them in the file "
                                    + PendingJournal.NAME));
        }
        keepFailure.ifPresent(why -> notes.add("the file " + PendingJournal.NAME
                + " cannot be written either: what waits is lost if the server dies now (" + why + ")"));
        if (leftOut > 0) {
            notes.add(leftOut + " records of uneventful checks were left out while the database could not be written");
        }
        return List.copyOf(notes);
    }
}
