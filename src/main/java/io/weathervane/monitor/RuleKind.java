package io.weathervane.monitor;

import java.util.Locale;

/** The rules in the order in which they are tried; the first that holds decides. */
public enum RuleKind {
    WORKER_EXITED(DecisionAction.ESCALATE),
    /** Holds when its run of checks is long enough. */
    RESOURCES(DecisionAction.ESCALATE),
    /** Holds when its conditions of one signal hold: a number from outside calls for it again and again. */
    SIGNAL_ESCALATION(DecisionAction.ESCALATE),
    /** Holds when all its conditions hold. */
    HIGH_ERROR_RATE(DecisionAction.ROLLBACK),
    /** Holds when all its conditions hold: the worker fails more than the previous one. */
    REGRESSION(DecisionAction.ROLLBACK),
    /** Holds when all its conditions hold: one tool fails more than with the previous worker. */
    TOOL_REGRESSION(DecisionAction.ROLLBACK),
    /** Holds when its conditions of one signal hold: a number from outside calls for it again and again. */
    SIGNAL_ROLLBACK(DecisionAction.ROLLBACK),
    HARD_FAILURES(DecisionAction.ESCALATE),
    /** Holds when its first condition holds and one of the others: in place of a rollback by the calls that failed. */
    FAILS_ON_PREVIOUS(DecisionAction.DEGRADE),
    /** Holds when its condition holds: more calls are slow than with the previous worker. */
    SLOWER(DecisionAction.DEGRADE),
    /** Holds when any condition of a signal holds. */
    SIGNAL(DecisionAction.DEGRADE),
    /** Holds when any of its conditions holds. */
    DEGRADED(DecisionAction.DEGRADE);

    private final DecisionAction action;

    RuleKind(DecisionAction action) {
        this.action = action;
    }

    public DecisionAction action() {
        return action;
    }

    /** The rule by which signals call for an action. */
    public static RuleKind ofSignal(DecisionAction action) {
        return switch (action) {
            case ROLLBACK -> SIGNAL_ROLLBACK;
            case ESCALATE -> SIGNAL_ESCALATION;
            case DEGRADE, HEALTHY -> SIGNAL;
        };
    }

    /** Whether it looks at signals; they have one name on the wire. */
    public boolean isSignal() {
        return this == SIGNAL || this == SIGNAL_ROLLBACK || this == SIGNAL_ESCALATION;
    }

    public String wireName() {
        return (isSignal() ? SIGNAL : this).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
