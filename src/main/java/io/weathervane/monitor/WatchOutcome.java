package io.weathervane.monitor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Outcome of the watch over a promotion, or that it still runs. */
public enum WatchOutcome {
    RUNNING,
    HEALTHY,
    DEGRADED,
    /** The window ended with too few checks that said anything. */
    INCONCLUSIVE,
    ROLLED_BACK,
    ESCALATED,
    /** Ended by hand, or by another promotion. */
    STOPPED;

    /** The outcome of this wire name; empty for a name of none. */
    public static Optional<WatchOutcome> of(String wireName) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.wireName().equals(wireName))
                .findFirst();
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
