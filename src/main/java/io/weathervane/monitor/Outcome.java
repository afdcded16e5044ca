package io.weathervane.monitor;

import java.util.Locale;

/** How the watch over a promotion ended, if it did. */
public enum Outcome {
    RUNNING,
    HEALTHY,
    DEGRADED,
    /** The window ended with too few checks that said anything. */
    INCONCLUSIVE,
    ROLLED_BACK,
    ESCALATED,
    /** Ended by hand, or by another promotion. */
    STOPPED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
