package io.weathervane.worker;

import java.time.Instant;
import java.util.Optional;

/**
 * A change of the active worker.
 *
 * @param from the label of the worker replaced; empty when there was none
 * @param to the label of the worker that answers the calls now
 * @param flipNanos from the decision to switch until new calls went to the new worker
 * @param recorded whether the database says so too; when not, the next start brings the old one
 * @param recordFailure why it is not recorded; the manager keeps trying
 */
public record WorkerSwitchResult(
        Optional<String> from,
        String to,
        Instant at,
        long flipNanos,
        boolean recorded,
        Optional<String> recordFailure) {}
