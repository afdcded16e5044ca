package io.weathervane.monitor;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Result of a check's rules: the action, and its reason.
 *
 * @param reason for people, with the compared numbers
 * @param errorRate the rate that was compared; empty when unknown
 * @param failureCount failed checks in the window
 * @param conditions every comparison that was made, whether it held or not
 * @param conclusive whether it rests on enough to say so; a {@code healthy} that does not is never shown as healthy
 */
public record Decision(
        DecisionAction action,
        String reason,
        OptionalDouble errorRate,
        int failureCount,
        List<RuleCondition> conditions,
        boolean conclusive) {
    /** How the reason of a vetoed rollback begins. */
    private static final String VETOED = "Degraded: no rollback, ";

    public Decision {
        conditions = List.copyOf(conditions);
    }

    /** A decision that rests on enough. */
    public Decision(
            DecisionAction action,
            String reason,
            OptionalDouble errorRate,
            int failureCount,
            List<RuleCondition> conditions) {
        this(action, reason, errorRate, failureCount, conditions, /* conclusive= */ true);
    }

    /** For people: the action's word, but {@code inconclusive} in place of a healthy that no evidence supports. */
    public String word() {
        return action == DecisionAction.HEALTHY && !conclusive ? "inconclusive" : action.wireName();
    }

    /** Whether there is some evidence for a rollback by the calls that failed, enough of it or not. */
    boolean isSuspicious() {
        return conditions.stream()
                .filter(condition -> condition.rule().action() == DecisionAction.ROLLBACK)
                .filter(condition -> condition.unit() == RuleCondition.Unit.EVIDENCE)
                .anyMatch(condition -> condition.value().orElse(0) >= MonitorPolicy.SUSPICION * condition.limit());
    }

    /** Whether one of this rule's comparisons held. */
    public boolean holds(RuleKind rule) {
        return conditions.stream().anyMatch(condition -> condition.rule() == rule && condition.holds());
    }

    static String vetoText(String veto, String due) {
        return VETOED + veto + "; " + due;
    }

    /** Whether a rollback is due and not done, because the previous worker fails the same calls. */
    public boolean vetoesRollback() {
        return action == DecisionAction.DEGRADE && reason.startsWith(VETOED);
    }

    Decision withoutActing(DecisionAction done) {
        String latched = reason + " (" + done.wireName() + " was decided already for this promotion)";
        return new Decision(DecisionAction.DEGRADE, latched, errorRate, failureCount, conditions, conclusive);
    }

    /** In place of a rollback that was vetoed before: what failed meanwhile is no reason for one. */
    Decision judgedAnew(String replayResult) {
        String why = "Degraded: " + replayResult + "; calls are judged anew from now on, until now: " + reason;
        return new Decision(DecisionAction.DEGRADE, why, errorRate, failureCount, conditions, conclusive);
    }
}
