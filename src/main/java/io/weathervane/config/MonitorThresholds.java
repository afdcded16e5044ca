package io.weathervane.config;

import java.time.Duration;
import java.util.Optional;

/** The monitor's thresholds as far as one source names them; what it leaves out comes from the next one. */
public record MonitorThresholds(
        Optional<Duration> checkInterval,
        Optional<Duration> gracePeriod,
        Optional<Double> errorRateThreshold,
        Optional<Integer> consecutiveFailures,
        Optional<Integer> checkWindow,
        Optional<Integer> failureCount,
        Optional<Integer> minRequests,
        Optional<Boolean> restoreOnEscalation) {
    static final Duration INTERVAL_MIN = Duration.ofMillis(10);
    static final Duration INTERVAL_MAX = Duration.ofHours(1);
    static final Duration GRACE_PERIOD_MAX = Duration.ofDays(7);
    static final int CHECKS_MAX = 100;
    static final int MIN_REQUESTS_MAX = 1_000_000;
    static final String RATE_RULE = "must be a number above 0 and at most 1 (0.2 is 20 %), was ";

    public static MonitorThresholds none() {
        return new MonitorThresholds(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** These, and where these say nothing, the others. */
    public MonitorThresholds orElse(MonitorThresholds others) {
        return new MonitorThresholds(
                checkInterval.or(others::checkInterval),
                gracePeriod.or(others::gracePeriod),
                errorRateThreshold.or(others::errorRateThreshold),
                consecutiveFailures.or(others::consecutiveFailures),
                checkWindow.or(others::checkWindow),
                failureCount.or(others::failureCount),
                minRequests.or(others::minRequests),
                restoreOnEscalation.or(others::restoreOnEscalation));
    }

    static boolean isRate(double value) {
        return value > 0 && value <= 1;
    }

    static MonitorThresholds from(Section section) {
        return new MonitorThresholds(
                section.duration("checkInterval", INTERVAL_MIN, INTERVAL_MAX),
                section.duration("gracePeriod", INTERVAL_MIN, GRACE_PERIOD_MAX),
                section.number("errorRateThreshold").map(rate -> {
                    if (!isRate(rate)) {
                        throw section.problem("errorRateThreshold", RATE_RULE + rate);
                    }
                    return rate;
                }),
                section.wholeNumber("consecutiveFailures", 1, CHECKS_MAX),
                section.wholeNumber("checkWindow", 1, CHECKS_MAX),
                section.wholeNumber("failureCount", 1, CHECKS_MAX),
                section.wholeNumber("minRequests", 1, MIN_REQUESTS_MAX),
                section.yesOrNo("restoreOnEscalation"));
    }
}
