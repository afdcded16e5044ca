package io.weathervane.monitor;

import io.weathervane.monitor.RuleCondition.Comparison;

/**
 * From where on a signal calls for an action.
 *
 * @param comparison {@link Comparison#ABOVE} or {@link Comparison#BELOW}
 */
public record SignalLimit(DecisionAction action, Comparison comparison, double limit) {
    public SignalLimit {
        if (action == DecisionAction.HEALTHY) {
            throw new IllegalArgumentException("a signal never calls a release healthy");
        }
        if (!Double.isFinite(limit)) {
            throw new IllegalArgumentException("limit must be a number, was " + limit);
        }
    }

    boolean isCrossedBy(double value) {
        return comparison.holds(value, limit);
    }
}
