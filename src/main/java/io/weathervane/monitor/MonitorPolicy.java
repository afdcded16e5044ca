package io.weathervane.monitor;

import java.time.Duration;

/**
 * The thresholds of the monitor.
 *
 * @param errorRateThreshold a rate above it is a breach; above 0, at most 1
 * @param minRequests requests that the error rate of one check and of the window needs, and a foreign row that counts its
 *     own; evidence needs no minimum
 * @param restoreOnEscalation whether an escalation also restores the previous worker
 */
public record MonitorPolicy(
        double errorRateThreshold,
        Schedule schedule,
        FailureLimits failures,
        long minRequests,
        boolean restoreOnEscalation) {

    /** A rate above it is degraded, and a rollback by the threshold needs evidence that the rate is above it. */
    public static final double DEGRADED_RATE = 0.05;

    /** What a new worker must be worse by than the previous one: 3 points, or a fifth of its rate. */
    static final double MARGIN_MIN = 0.03;

    static final double MARGIN_SHARE = 0.2;
    /** The same for one tool, and for the share of slow calls: 10 points. */
    static final double PART_MARGIN = 0.1;
    /** What is noted, and ends a watch as degraded: 1 point. */
    static final double NOTED_MARGIN = 0.01;

    /** Evidence that the threshold, a regression, or what is noted needs: false in at most 1 of so many promotions. */
    static final double EVIDENCE = 100;
    /** Share of the evidence that a rollback needs from which on a watch is looked at more often, and longer. */
    static final double SUSPICION = 0.2;
    /** Evidence that slowness needs; for a tool it is this times the number of tools. */
    static final double PART_EVIDENCE = 400;

    /** Calls of a tool that went well before a rollback is due to its failures. */
    static final long TOOL_KNOWN_CALLS = 10;
    /** Calls that a healthy end needs. */
    public static final long HEALTHY_CALLS = 20;
    /** A watch that cannot be concluded although calls failed goes on for so many grace periods in all. */
    static final int GRACE_PERIODS_MAX = 2;

    public static final double MEMORY_DEGRADED_MB = 512;
    public static final double MEMORY_CRITICAL_MB = 1024;
    /** Share of the process's limit of open files. */
    public static final double OPEN_FILES_CRITICAL = 0.9;

    public static final int RESOURCE_CHECKS = 2;
    /** Growth of memory in MB a minute, over the second half of the watch, that is a leak: 1 % of the critical size. */
    static final double MEMORY_GROWTH_MB = MEMORY_CRITICAL_MB / 100;

    static final int HARD_FAILURES_MIN = 2;
    /** When one hard failure is enough, the check that confirms it comes after this time. */
    static final Duration CONFIRMATION = Duration.ofSeconds(5);
    /** Operations failed back to back that make a hard failure. */
    public static final int BACK_TO_BACK_FAILURES = 10;

    public static final int CLEAN_CHECKS = 3;
    public static final int DEGRADED_INTERVAL_DIVISOR = 6;
    /** Conclusive checks by foreign rows that a watch with few calls of its own needs to end as healthy. */
    public static final int CONCLUSIVE_CHECKS = 3;

    public static final int CHECK_WINDOW_MAX = 100;
    public static final Duration CHECK_INTERVAL_MIN = Duration.ofMillis(10);
    public static final Duration CHECK_INTERVAL_MAX = Duration.ofHours(1);
    public static final Duration GRACE_PERIOD_MAX = Duration.ofDays(7);

    /**
     * The times of a watch and of its checks.
     *
     * @param gracePeriod how long a promotion is watched
     * @param checkInterval time between two checks while all is well
     */
    public record Schedule(Duration gracePeriod, Duration checkInterval) {
        public Schedule {
            require(
                    checkInterval.compareTo(CHECK_INTERVAL_MIN) >= 0
                            && checkInterval.compareTo(CHECK_INTERVAL_MAX) <= 0,
                    "checkInterval must be between 10 ms and 1 h, was " + checkInterval);
            require(
                    gracePeriod.compareTo(CHECK_INTERVAL_MIN) >= 0 && gracePeriod.compareTo(GRACE_PERIOD_MAX) <= 0,
                    "gracePeriod must be between 10 ms and 7 d, was " + gracePeriod);
        }
    }

    /**
     * The numbers of failed checks that lead to an action.
     *
     * @param consecutiveFailures hard failures in a row that escalate; 1 means one that a second confirms, see
     *     {@link #hardFailureLimit}
     * @param checkWindow checks that are looked at together
     * @param failureCount failed checks in the window that roll back; at most {@code checkWindow}
     */
    public record FailureLimits(int consecutiveFailures, int checkWindow, int failureCount) {
        public FailureLimits {
            require(
                    consecutiveFailures >= 1 && consecutiveFailures <= CHECK_WINDOW_MAX,
                    "consecutiveFailures must be between 1 and 100, was " + consecutiveFailures);
            require(
                    checkWindow >= 1 && checkWindow <= CHECK_WINDOW_MAX,
                    "checkWindow must be between 1 and 100, was " + checkWindow);
            require(
                    failureCount >= 1 && failureCount <= checkWindow,
                    "failureCount must be between 1 and checkWindow (" + checkWindow + "), was " + failureCount);
        }
    }

    public MonitorPolicy {
        require(
                errorRateThreshold > 0 && errorRateThreshold <= 1,
                "errorRateThreshold must be above 0 and at most 1, was " + errorRateThreshold);
        require(minRequests >= 1, "minRequests must be >= 1, was " + minRequests);
    }

    public Duration gracePeriod() {
        return schedule.gracePeriod();
    }

    public Duration checkInterval() {
        return schedule.checkInterval();
    }

    public int consecutiveFailures() {
        return failures.consecutiveFailures();
    }

    public int checkWindow() {
        return failures.checkWindow();
    }

    public int failureCount() {
        return failures.failureCount();
    }

    /** Hard failures in a row that escalate: one alone may be a lost packet, and is confirmed within {@link #CONFIRMATION}. */
    public int hardFailureLimit() {
        return Math.max(HARD_FAILURES_MIN, consecutiveFailures());
    }

    public Duration degradedInterval() {
        return checkInterval().dividedBy(DEGRADED_INTERVAL_DIVISOR);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
