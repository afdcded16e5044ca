package io.weathervane.monitor;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reason for an action that failed calls make due.
 *
 * @param text for people
 * @param rate the error rate that it rests on, in the time that says most
 * @param source which calls they are; empty when another program counted them: then there is nothing to ask
 */
record FailedCallsReason(
        DecisionAction action,
        String text,
        OptionalDouble rate,
        int failures,
        Optional<PreviousWorkerReplayRequest> source) {}
