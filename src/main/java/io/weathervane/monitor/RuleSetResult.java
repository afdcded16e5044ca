package io.weathervane.monitor;

import java.util.Optional;

/**
 * Result of all rules for one check.
 *
 * @param question to the previous worker, when an action is due by calls that failed, vetoed or not
 * @param ofCalls whether the decision is that action
 */
record RuleSetResult(Decision decision, Optional<PreviousWorkerReplayRequest> question, boolean ofCalls) {
    /** Whether the answers may change the decision. */
    boolean isAskedFirst() {
        return ofCalls && question.isPresent();
    }
}
