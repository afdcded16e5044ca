package io.weathervane.monitor;

import java.util.Locale;

/** The rules in the order in which they are tried; the first that holds decides. */
public enum Rule {
    WORKER_EXITED(Action.ESCALATE),
    /** Holds when its run of checks is long enough. */
    RESOURCES(Action.ESCALATE),
    /** Holds when all its conditions hold. */
    HIGH_ERROR_RATE(Action.ROLLBACK),
    HARD_FAILURES(Action.ESCALATE),
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
