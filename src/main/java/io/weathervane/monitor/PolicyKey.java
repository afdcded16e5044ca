package io.weathervane.monitor;

import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The thresholds that can be set from outside, as numbers; durations in milliseconds. */
@SuppressWarnings("ImmutableEnumChecker") // the functions are method references without state
public enum PolicyKey {
    ERROR_RATE_THRESHOLD(
            "errorRateThreshold",
            "ROLLBACK_ERROR_THRESHOLD",
            Double.MIN_NORMAL,
            1,
            Kind.RATE,
            MonitorPolicy::errorRateThreshold),
    GRACE_PERIOD(
            "gracePeriod",
            "ROLLBACK_GRACE_PERIOD_MS",
            MonitorPolicy.CHECK_INTERVAL_MIN.toMillis(),
            MonitorPolicy.GRACE_PERIOD_MAX.toMillis(),
            Kind.MILLIS,
            policy -> policy.gracePeriod().toMillis()),
    CHECK_INTERVAL(
            "checkInterval",
            "ROLLBACK_CHECK_INTERVAL_MS",
            MonitorPolicy.CHECK_INTERVAL_MIN.toMillis(),
            MonitorPolicy.CHECK_INTERVAL_MAX.toMillis(),
            Kind.MILLIS,
            policy -> policy.checkInterval().toMillis()),
    CONSECUTIVE_FAILURES(
            "consecutiveFailures",
            "ROLLBACK_CONSECUTIVE_FAILURES",
            1,
            MonitorPolicy.CHECK_WINDOW_MAX,
            Kind.COUNT,
            MonitorPolicy::consecutiveFailures),
    CHECK_WINDOW(
            "checkWindow",
            "ROLLBACK_CHECK_WINDOW",
            1,
            MonitorPolicy.CHECK_WINDOW_MAX,
            Kind.COUNT,
            MonitorPolicy::checkWindow),
    FAILURE_COUNT(
            "failureCount",
            "ROLLBACK_FAILURE_COUNT",
            1,
            MonitorPolicy.CHECK_WINDOW_MAX,
            Kind.COUNT,
            MonitorPolicy::failureCount),
    MIN_REQUESTS("minRequests", "ROLLBACK_MIN_REQUESTS", 1, 1_000_000, Kind.COUNT, MonitorPolicy::minRequests);

    /** Quantity that the number is. */
    public enum Kind {
        RATE,
        MILLIS,
        COUNT
    }

    /** Numbers are short; what is longer is not one, and not worth parsing. */
    private static final int TEXT_MAX = 32;

    private final String configName;
    private final String rowKey;
    private final double min;
    private final double max;
    private final Kind kind;
    private final ToDoubleFunction<MonitorPolicy> inPolicy;

    PolicyKey(
            String configName,
            String rowKey,
            double min,
            double max,
            Kind kind,
            ToDoubleFunction<MonitorPolicy> inPolicy) {
        this.configName = configName;
        this.rowKey = rowKey;
        this.min = min;
        this.max = max;
        this.kind = kind;
        this.inPolicy = inPolicy;
    }

    /** As in the config file and in {@code monitor_status}. */
    public String configName() {
        return configName;
    }

    /** The key of the {@code settings} row. */
    public String rowKey() {
        return rowKey;
    }

    public String environmentVariable() {
        return "WVO_" + rowKey;
    }

    public Kind kind() {
        return kind;
    }

    public double min() {
        return min;
    }

    public double max() {
        return max;
    }

    public double in(MonitorPolicy policy) {
        return inPolicy.applyAsDouble(policy);
    }

    public boolean allows(double number) {
        return number >= min && number <= max && (kind == Kind.RATE || number == Math.rint(number));
    }

    /** The number that the text says, if it is one that is allowed. */
    public OptionalDouble parse(String text) {
        if (text.length() > TEXT_MAX) {
            return OptionalDouble.empty();
        }
        try {
            double number = Double.parseDouble(text.strip());
            return allows(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException notANumber) {
            return OptionalDouble.empty();
        }
    }

    public String allowed() {
        return switch (kind) {
            case RATE -> "a number above 0 and at most 1 (0.2 is 20 %)";
            case MILLIS -> "whole milliseconds from " + (long) min + " to " + (long) max;
            case COUNT -> "a whole number from " + (long) min + " to " + (long) max;
        };
    }

    /** For people: {@code 0.2}, {@code 30s}, {@code 5}. */
    public String format(double number) {
        return switch (kind) {
            case RATE -> Double.toString(number);
            case MILLIS -> duration((long) number);
            case COUNT -> Long.toString((long) number);
        };
    }

    private static String duration(long millis) {
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
