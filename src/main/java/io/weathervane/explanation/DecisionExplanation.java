package io.weathervane.explanation;

import io.weathervane.failure.FailureReport;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.MonitorPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One decision, explained.
 *
 * @param recorded the decision as the audit has it
 * @param wouldChange what would have led to another decision, a sentence each
 * @param replay the same checks under other thresholds, when those were given
 * @param failures what calls had failed with when it was made, if that was recorded
 */
public record DecisionExplanation(
        Recorded recorded, List<String> wouldChange, Optional<Replay> replay, Optional<FailureReport> failures) {
    /**
     * A decision in the audit.
     *
     * @param inputs what it was made from: the checks of the window, the policy of the time
     */
    public record Recorded(long seq, Instant at, Decision decision, Optional<String> promotionId, ObjectNode inputs) {}

    /**
     * Result of a replay of the stored checks under other thresholds: the first drastic decision, else the last one.
     *
     * @param changed whether that decision differs from the one made
     * @param checks every check in turn, oldest first
     */
    public record Replay(Decision decision, boolean changed, MonitorPolicy policy, List<ReplayedCheck> checks) {
        public Replay {
            checks = List.copyOf(checks);
        }
    }

    /** One check of a replay. */
    public record ReplayedCheck(Instant at, String verdict, Decision decision) {}

    public DecisionExplanation {
        wouldChange = List.copyOf(wouldChange);
    }
}
