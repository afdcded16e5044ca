package io.weathervane.monitor;

import java.util.Locale;

/** The rules in the order in which they are tried; the first that holds decides. */
public enum Rule {
    WORKER_EXITED(DecisionAction.ESCALATE),
    /** Holds when its run of checks is long enough. */
    RESOURCES(DecisionAction.ESCALATE),
    /** Holds when all its conditions hold. */
    HIGH_ERROR_RATE(DecisionAction.ROLLBACK),
    /** Holds when all its conditions hold: the worker fails more than the previous one. */
    REGRESSION(DecisionAction.ROLLBACK),
    /** Holds when all its conditions hold: one tool fails more than with the previous worker. */
    TOOL_REGRESSION(DecisionAction.ROLLBACK),
    HARD_FAILURES(DecisionAction.ESCALATE),
    /** Holds when its condition holds: more calls are slow than with the previous worker. */
    SLOWER(DecisionAction.DEGRADE),
    /** Holds when any of its conditions holds. */
    DEGRADED(DecisionAction.DEGRADE);

    private final DecisionAction action;

    Rule(DecisionAction action) {
        this.action = action;
    }

    public DecisionAction action() {
        return action;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
