package io.weathervane.monitor;

import java.util.Locale;

/** Action that a decision asks for, named as in the runbook's audit trail. */
public enum DecisionAction {
    HEALTHY,
    DEGRADE,
    ESCALATE,
    ROLLBACK;

    /** The name in audit lines and tool results: {@code rollback}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether something is done about it, at most once for a promotion. */
    public boolean isDrastic() {
        return this == ESCALATE || this == ROLLBACK;
    }
}
