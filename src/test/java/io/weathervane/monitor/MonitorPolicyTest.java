package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MonitorPolicyTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0001, 1.5, Double.NaN})
    void refusesAThresholdThatIsNoShare(double threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(threshold, 30_000, 600_000, 2, 5, 3, 20))
                .withMessageContaining("errorRateThreshold");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 600000, 2, 5, 3, 20, checkInterval",
        "9, 600000, 2, 5, 3, 20, checkInterval",
        "3600001, 600000, 2, 5, 3, 20, checkInterval",
        "30000, 0, 2, 5, 3, 20, gracePeriod",
        "30000, 604800001, 2, 5, 3, 20, gracePeriod",
        "30000, 600000, 0, 5, 3, 20, consecutiveFailures",
        "30000, 600000, 101, 5, 3, 20, consecutiveFailures",
        "30000, 600000, 2, 0, 3, 20, checkWindow",
        "30000, 600000, 2, 101, 3, 20, checkWindow",
        "30000, 600000, 2, 5, 0, 20, failureCount",
        "30000, 600000, 2, 5, 6, 20, failureCount",
        "30000, 600000, 2, 5, 3, 0, minRequests",
    })
    void refusesWhatCannotWork(
            long intervalMs, long graceMs, int consecutive, int window, int failures, long requests, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(0.2, intervalMs, graceMs, consecutive, window, failures, requests))
                .withMessageContaining(named);
    }

    private static MonitorPolicy policy(
            double threshold, long intervalMs, long graceMs, int consecutive, int window, int failures, long requests) {
        return new MonitorPolicy(
                threshold,
                new MonitorPolicy.Schedule(Duration.ofMillis(graceMs), Duration.ofMillis(intervalMs)),
                new MonitorPolicy.FailureLimits(consecutive, window, failures),
                requests,
                true);
    }
}
