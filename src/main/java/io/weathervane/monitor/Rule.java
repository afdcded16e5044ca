package io.weathervane.monitor;

import java.util.Locale;

/** The rules in the order in which they are tried; the first that holds decides. */
public enum Rule {
    WORKER_EXITED(Action.ESCALATE),
    /** Holds when its run of checks is long enough. */
    RESOURCES(Action.ESCALATE),
    /** Holds when all its conditions hold. */
    HIGH_ERROR_RATE(Action.ROLLBACK),
    /** Holds when all its conditions hold: the worker fails more than the previous one. */
    REGRESSION(Action.ROLLBACK),
    /** Holds when all its conditions hold: one tool fails more than with the previous worker. */
    TOOL_REGRESSION(Action.ROLLBACK),
    HARD_FAILURES(Action.ESCALATE),
    /** Holds when its condition holds: more calls are slow than with the previous worker. */
    SLOWER(Action.DEGRADE),
    /** Holds when any of its conditions holds. */
    DEGRADED(Action.DEGRADE);

    private final Action action;

    Rule(Action action) {
        this.action = action;
    }

    public Action action() {
        return action;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
