package io.weathervane.monitor;

/**
 * A limit of one rule, moved to try what another one would have led to. Not for limits that are settings: other thresholds move
 * those.
 */
public record HypotheticalLimit(RuleCondition condition, double limit) {
    /** The limit that the rule goes by. Evidence has one limit whatever its bound or tool. */
    double in(RuleCondition seen) {
        boolean evidence = seen.unit() == RuleCondition.Unit.EVIDENCE && condition.unit() == seen.unit();
        boolean same =
                seen.rule() == condition.rule() && (evidence || seen.name().equals(condition.name()));
        return same ? limit : seen.limit();
    }
}
