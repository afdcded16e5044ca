package io.weathervane.flags;

import java.time.Duration;

/**
 * Timing by which the flags follow the database.
 *
 * @param pollInterval how often a change by another program is looked for; runbook bound 500 ms
 * @param unreadableLimit how long the last good flags are kept while the database cannot be read
 */
public record FlagPollingOptions(Duration pollInterval, Duration unreadableLimit) {
    /** The runbook's bound on how late a change by another program may take effect. */
    public static final Duration POLL_INTERVAL_MAX = Duration.ofMillis(500);

    public FlagPollingOptions {
        if (pollInterval.compareTo(Duration.ofMillis(1)) < 0 || pollInterval.compareTo(POLL_INTERVAL_MAX) > 0) {
            throw new IllegalArgumentException("pollInterval must be from 1 ms to 500 ms");
        }
        if (unreadableLimit.isNegative() || unreadableLimit.isZero()) {
            throw new IllegalArgumentException("unreadableLimit must be more than 0");
        }
    }

    public static FlagPollingOptions defaults() {
        return new FlagPollingOptions(Duration.ofMillis(50), Duration.ofSeconds(5));
    }
}
