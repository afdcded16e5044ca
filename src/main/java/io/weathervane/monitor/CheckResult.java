package io.weathervane.monitor;

import java.util.Optional;

/**
 * The result of one check.
 *
 * @param question what the previous worker should be asked first: with the answers in the observation
 *     ({@link Observation#with}) the same check is judged again, and that result counts in place of this one
 */
public record CheckResult(
        WatchState state, Decision decision, CheckRecord check, Optional<PreviousWorkerReplayRequest> question) {
    /** A result that needs no answer. */
    public CheckResult(WatchState state, Decision decision, CheckRecord check) {
        this(state, decision, check, Optional.empty());
    }
}
