package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @CsvSource({
        "default, 0.20, 600, 2",
        "production, 0.15, 900, 1",
        "staging, 0.25, 300, 2",
        "development, 0.50, 120, 3",
    })
    void presetsAreTheRunbooks(String name, double threshold, long graceSeconds, int consecutive) {
        MonitorPolicy preset = MonitorPresets.named(name).orElseThrow();

        assertThat(preset.errorRateThreshold()).isEqualTo(threshold);
        assertThat(preset.gracePeriod()).isEqualTo(Duration.ofSeconds(graceSeconds));
        assertThat(preset.consecutiveFailures()).isEqualTo(consecutive);
        assertThat(preset.checkInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(preset.degradedInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(preset.checkWindow()).isEqualTo(5);
        assertThat(preset.failureCount()).isEqualTo(3);
        assertThat(preset.minRequests()).isEqualTo(20);
    }

    @Test
    void knowsNoOtherPreset() {
        assertThat(MonitorPresets.named("prod")).isEmpty();
        assertThat(MonitorPresets.names()).containsExactly("default", "production", "staging", "development");
    }

    private static MonitorPolicy policy(
            double threshold, long intervalMs, long graceMs, int consecutive, int window, int failures, long requests) {
        return new MonitorPolicy(
                threshold,
                Duration.ofMillis(graceMs),
                Duration.ofMillis(intervalMs),
                consecutive,
                window,
                failures,
                requests,
                true);
    }
}
