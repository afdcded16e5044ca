package io.weathervane.monitor;

import java.time.Duration;

/**
 * The thresholds of the monitor.
 *
 * @param errorRateThreshold a rate above it is a breach; above 0, at most 1
 * @param gracePeriod how long a promotion is watched
 * @param checkInterval time between two checks while all is well
 * @param consecutiveFailures hard failures in a row that escalate
 * @param checkWindow checks that are looked at together
 * @param failureCount failed checks in the window that roll back; at most {@code checkWindow}
 * @param minRequests requests that an error rate needs
 * @param restoreOnEscalation whether an escalation also restores the previous worker
 */
public record MonitorPolicy(
        double errorRateThreshold,
        Duration gracePeriod,
        Duration checkInterval,
        int consecutiveFailures,
        int checkWindow,
        int failureCount,
        long minRequests,
        boolean restoreOnEscalation) {

    /** A rate above it is degraded, and a rollback needs the Wilson bound above it. */
    public static final double DEGRADED_RATE = 0.05;

    public static final double MEMORY_DEGRADED_MB = 512;
    public static final double MEMORY_CRITICAL_MB = 1024;
    /** Share of the process's limit of open files. */
    public static final double OPEN_FILES_CRITICAL = 0.9;

    public static final int RESOURCE_CHECKS = 2;
    /** Operations failed back to back that make a hard failure. */
    public static final int BACK_TO_BACK_FAILURES = 10;

    public static final int CLEAN_CHECKS = 3;
    public static final int DEGRADED_INTERVAL_DIVISOR = 6;
    /** Conclusive checks that a window needs to end as healthy. */
    public static final int CONCLUSIVE_CHECKS = 3;

    public static final int CHECK_WINDOW_MAX = 100;
    public static final Duration CHECK_INTERVAL_MIN = Duration.ofMillis(10);
    public static final Duration CHECK_INTERVAL_MAX = Duration.ofHours(1);
    public static final Duration GRACE_PERIOD_MAX = Duration.ofDays(7);

    public MonitorPolicy {
        require(
                errorRateThreshold > 0 && errorRateThreshold <= 1,
                "errorRateThreshold must be above 0 and at most 1, was " + errorRateThreshold);
        require(
                checkInterval.compareTo(CHECK_INTERVAL_MIN) >= 0 && checkInterval.compareTo(CHECK_INTERVAL_MAX) <= 0,
                "checkInterval must be between 10 ms and 1 h, was " + checkInterval);
        require(
                gracePeriod.compareTo(CHECK_INTERVAL_MIN) >= 0 && gracePeriod.compareTo(GRACE_PERIOD_MAX) <= 0,
                "gracePeriod must be between 10 ms and 7 d, was " + gracePeriod);
        require(
                consecutiveFailures >= 1 && consecutiveFailures <= CHECK_WINDOW_MAX,
                "consecutiveFailures must be between 1 and 100, was " + consecutiveFailures);
        require(
                checkWindow >= 1 && checkWindow <= CHECK_WINDOW_MAX,
                "checkWindow must be between 1 and 100, was " + checkWindow);
        require(
                failureCount >= 1 && failureCount <= checkWindow,
                "failureCount must be between 1 and checkWindow (" + checkWindow + "), was " + failureCount);
        require(minRequests >= 1, "minRequests must be >= 1, was " + minRequests);
    }

    public Duration degradedInterval() {
        return checkInterval.dividedBy(DEGRADED_INTERVAL_DIVISOR);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
