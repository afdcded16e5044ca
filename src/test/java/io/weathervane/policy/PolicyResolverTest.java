package io.weathervane.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyResolverTest {
    private final Map<String, String> rows = new HashMap<>();

    @ParameterizedTest
    @CsvSource({
        "ERROR_RATE_THRESHOLD, 1.5, above 0 and at most 1",
        "ERROR_RATE_THRESHOLD, 0, above 0 and at most 1",
        "ERROR_RATE_THRESHOLD, NaN, above 0 and at most 1",
        "GRACE_PERIOD, 0, 10 to 604800000",
        "CHECK_INTERVAL, 0, 10 to 3600000",
        "CHECK_INTERVAL, 30.5, 10 to 3600000",
        "CONSECUTIVE_FAILURES, -1, from 1 to 100",
        "CHECK_WINDOW, 1e9, from 1 to 100",
        "FAILURE_COUNT, 0, from 1 to 100",
        "MIN_REQUESTS, 0, from 1 to 1000000",
    })
    void refusesANumberThatIsOutOfRangeAndNamesItsSource(PolicyKey key, double value, String allowed) {
        PolicyOverrides bad = PolicyOverrides.none().with(key, value);

        assertThatThrownBy(() -> source(PolicyOverrides.none(), bad))
                .isInstanceOf(InvalidThresholdException.class)
                .hasMessageContaining("environment variable " + key.environmentVariable())
                .hasMessageContaining("\"" + value + "\"")
                .hasMessageContaining(allowed);
        assertThatThrownBy(() -> source(bad, PolicyOverrides.none()))
                .isInstanceOf(InvalidThresholdException.class)
                .hasMessageContaining("monitor." + key.configName())
                .hasMessageContaining(allowed);
    }

    @Test
    void refusesMoreFailuresThanTheWindowHolds() {
        assertThatThrownBy(() ->
                        source(PolicyOverrides.none(), PolicyOverrides.none().with(PolicyKey.CHECK_WINDOW, 2)))
                .isInstanceOf(InvalidThresholdException.class)
                .hasMessage("failureCount (3, from the preset) must be at most checkWindow (2, from the environment)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "0", "-0.2", "abc", "", "NaN", "Infinity", "0,15", "0.1\n0.2"})
    void ignoresARowThatIsOutOfRangeWithAWarning(String value) {
        PolicyResolver resolver = source(PolicyOverrides.none(), PolicyOverrides.none());
        rows.put("ROLLBACK_ERROR_THRESHOLD", value);

        assertThat(resolver.current().errorRateThreshold()).isEqualTo(0.2);
        assertThat(resolver.warnings())
                .singleElement()
                .asString()
                .startsWith("settings row ROLLBACK_ERROR_THRESHOLD is ignored: allowed is a number above 0")
                .doesNotContain("\n");
        assertThat(resolver.sources()).containsEntry("errorRateThreshold", new SourcedThreshold("0.2", "preset"));
    }

    @Test
    void ignoresAMegabyteInARow() {
        rows.put("ROLLBACK_CHECK_WINDOW", "9".repeat(1_000_000));

        assertThat(source(PolicyOverrides.none(), PolicyOverrides.none()).warnings())
                .singleElement()
                .asString()
                .hasSizeLessThan(200);
    }

    @Test
    void ignoresRowsThatTogetherCannotWork() {
        PolicyResolver resolver = source(PolicyOverrides.none(), PolicyOverrides.none());
        rows.put("ROLLBACK_CHECK_WINDOW", "2");

        assertThat(resolver.current().checkWindow()).isEqualTo(5);
        assertThat(resolver.warnings()).singleElement().asString().contains("failureCount at most checkWindow");

        rows.put("ROLLBACK_FAILURE_COUNT", "2");
        assertThat(resolver.current().checkWindow()).isEqualTo(2);
        assertThat(resolver.warnings()).isEmpty();
    }

    @Test
    void theRowWinsOverTheEnvironmentOverTheFileOverThePreset() {
        PolicyOverrides none = PolicyOverrides.none();

        assertThat(source(none, none).sources())
                .containsEntry("errorRateThreshold", new SourcedThreshold("0.2", "preset"));
        assertThat(source(threshold(0.3), none).sources())
                .containsEntry("errorRateThreshold", new SourcedThreshold("0.3", "config file"));
        PolicyResolver resolver = source(threshold(0.3), threshold(0.4));
        assertThat(resolver.sources()).containsEntry("errorRateThreshold", new SourcedThreshold("0.4", "environment"));
        rows.put("ROLLBACK_ERROR_THRESHOLD", "0.15");
        assertThat(resolver.sources().get("errorRateThreshold"))
                .isEqualTo(new SourcedThreshold("0.15", "settings row"));
        assertThat(resolver.current().errorRateThreshold()).isEqualTo(0.15);
    }

    @Test
    void everyThresholdCanComeFromEverySource() {
        PolicyOverrides file = PolicyOverrides.none()
                .with(PolicyKey.ERROR_RATE_THRESHOLD, 0.11)
                .with(PolicyKey.GRACE_PERIOD, Duration.ofMinutes(11))
                .with(PolicyKey.CHECK_INTERVAL, Duration.ofSeconds(11))
                .with(PolicyKey.CONSECUTIVE_FAILURES, 11)
                .with(PolicyKey.CHECK_WINDOW, 11)
                .with(PolicyKey.FAILURE_COUNT, 11)
                .with(PolicyKey.MIN_REQUESTS, 11)
                .withRestoreOnEscalation(Optional.of(false));
        PolicyResolver resolver = source(file, PolicyOverrides.none());

        assertThat(resolver.current())
                .isEqualTo(new MonitorPolicy(
                        0.11,
                        new MonitorPolicy.Schedule(Duration.ofMinutes(11), Duration.ofSeconds(11)),
                        new MonitorPolicy.FailureLimits(11, 11, 11),
                        11,
                        false));
        assertThat(resolver.sources().values())
                .extracting(SourcedThreshold::source)
                .containsOnly("config file");
        assertThat(resolver.sources()).containsEntry("gracePeriod", new SourcedThreshold("11m", "config file"));

        rows.putAll(Map.of(
                "ROLLBACK_ERROR_THRESHOLD", "0.12",
                "ROLLBACK_GRACE_PERIOD_MS", "1200",
                "ROLLBACK_CHECK_INTERVAL_MS", "12000",
                "ROLLBACK_CONSECUTIVE_FAILURES", "12",
                "ROLLBACK_CHECK_WINDOW", "12",
                "ROLLBACK_FAILURE_COUNT", "12",
                "ROLLBACK_MIN_REQUESTS", "12"));
        assertThat(resolver.sources())
                .containsEntry("errorRateThreshold", new SourcedThreshold("0.12", "settings row"))
                .containsEntry("gracePeriod", new SourcedThreshold("1200ms", "settings row"))
                .containsEntry("checkInterval", new SourcedThreshold("12s", "settings row"))
                .containsEntry("consecutiveFailures", new SourcedThreshold("12", "settings row"))
                .containsEntry("checkWindow", new SourcedThreshold("12", "settings row"))
                .containsEntry("failureCount", new SourcedThreshold("12", "settings row"))
                .containsEntry("minRequests", new SourcedThreshold("12", "settings row"))
                .containsEntry("restoreOnEscalation", new SourcedThreshold("false", "config file"));
    }

    private PolicyResolver source(PolicyOverrides file, PolicyOverrides environment) {
        return new PolicyResolver(
                new MonitorConfig(MonitorMode.ACT, MonitorPresets.DEFAULT, file, environment),
                key -> Optional.ofNullable(rows.get(key)));
    }

    private static PolicyOverrides threshold(double value) {
        return PolicyOverrides.none().with(PolicyKey.ERROR_RATE_THRESHOLD, value);
    }
}
