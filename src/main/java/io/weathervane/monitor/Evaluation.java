package io.weathervane.monitor;

import java.util.Optional;

/**
 * What the rules come to.
 *
 * @param rollback the question to the previous worker, when a rollback is due by calls that failed, vetoed or not
 */
record Evaluation(Decision decision, Optional<PreviousWorkerReplayRequest> rollback) {}
