package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.PolicyOverrides;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicySourceTest {
    private final Map<String, String> rows = new HashMap<>();

    @ParameterizedTest
    @CsvSource({
        "WVO_ROLLBACK_ERROR_THRESHOLD, 1.5, above 0 and at most 1",
        "WVO_ROLLBACK_ERROR_THRESHOLD, 0, above 0 and at most 1",
        "WVO_ROLLBACK_ERROR_THRESHOLD, NaN, above 0 and at most 1",
        "WVO_ROLLBACK_ERROR_THRESHOLD, lots, above 0 and at most 1",
        "WVO_ROLLBACK_GRACE_PERIOD_MS, 0, 10 to 604800000",
        "WVO_ROLLBACK_CHECK_INTERVAL_MS, 0, 10 to 3600000",
        "WVO_ROLLBACK_CHECK_INTERVAL_MS, 30.5, 10 to 3600000",
        "WVO_ROLLBACK_CONSECUTIVE_FAILURES, -1, from 1 to 100",
        "WVO_ROLLBACK_CHECK_WINDOW, 1e9, from 1 to 100",
        "WVO_ROLLBACK_FAILURE_COUNT, '', from 1 to 100",
        "WVO_ROLLBACK_MIN_REQUESTS, 0, from 1 to 1000000",
    })
    void refusesAVariableThatIsOutOfRangeAndNamesIt(String variable, String value, String allowed) {
        assertThatThrownBy(() -> source(PolicyOverrides.none(), Map.of(variable, value)))
                .isInstanceOf(PolicyRefusedException.class)
                .hasMessageContaining(variable)
                .hasMessageContaining("\"" + value + "\"")
                .hasMessageContaining(allowed);
    }

    @Test
    void refusesAConfiguredValueThatIsOutOfRangeAndNamesIt() {
        assertThatThrownBy(() -> source(threshold(1.5), Map.of()))
                .isInstanceOf(PolicyRefusedException.class)
                .hasMessageContaining("monitor.errorRateThreshold")
                .hasMessageContaining("1.5");
    }

    @Test
    void refusesMoreFailuresThanTheWindowHolds() {
        assertThatThrownBy(() -> source(PolicyOverrides.none(), Map.of("WVO_ROLLBACK_CHECK_WINDOW", "2")))
                .isInstanceOf(PolicyRefusedException.class)
                .hasMessage("failureCount (3, from the preset) must be at most checkWindow (2, from the environment)");
    }

    @Test
    void refusesAnUnknownPreset() {
        assertThatThrownBy(() -> new PolicySource("prod", PolicyOverrides.none(), Map.of(), key -> Optional.empty()))
                .hasMessage("unknown environment \"prod\"; allowed: default, production, staging, development");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "0", "-0.2", "abc", "", "NaN", "Infinity", "0,15", "0.1\n0.2"})
    void ignoresARowThatIsOutOfRangeWithAWarning(String value) {
        PolicySource source = source(PolicyOverrides.none(), Map.of());
        rows.put("ROLLBACK_ERROR_THRESHOLD", value);

        assertThat(source.current().errorRateThreshold()).isEqualTo(0.2);
        assertThat(source.warnings())
                .singleElement()
                .asString()
                .startsWith("settings row ROLLBACK_ERROR_THRESHOLD is ignored: allowed is a number above 0")
                .doesNotContain("\n");
        assertThat(source.sources()).containsEntry("errorRateThreshold", new SourcedValue("0.2", "preset"));
    }

    @Test
    void ignoresAMegabyteInARow() {
        rows.put("ROLLBACK_CHECK_WINDOW", "9".repeat(1_000_000));

        assertThat(source(PolicyOverrides.none(), Map.of()).warnings())
                .singleElement()
                .asString()
                .hasSizeLessThan(200);
    }

    @Test
    void ignoresRowsThatTogetherCannotWork() {
        PolicySource source = source(PolicyOverrides.none(), Map.of());
        rows.put("ROLLBACK_CHECK_WINDOW", "2");

        assertThat(source.current().checkWindow()).isEqualTo(5);
        assertThat(source.warnings()).singleElement().asString().contains("failureCount at most checkWindow");

        rows.put("ROLLBACK_FAILURE_COUNT", "2");
        assertThat(source.current().checkWindow()).isEqualTo(2);
        assertThat(source.warnings()).isEmpty();
    }

    @Test
    void theRowWinsOverTheEnvironmentOverTheFileOverThePreset() {
        Map<String, String> environment = new HashMap<>();

        assertThat(source(PolicyOverrides.none(), environment).sources().get("errorRateThreshold"))
                .isEqualTo(new SourcedValue("0.2", "preset"));
        assertThat(source(threshold(0.3), environment).sources().get("errorRateThreshold"))
                .isEqualTo(new SourcedValue("0.3", "config file"));
        environment.put("WVO_ROLLBACK_ERROR_THRESHOLD", "0.4");
        PolicySource source = source(threshold(0.3), environment);
        assertThat(source.sources().get("errorRateThreshold")).isEqualTo(new SourcedValue("0.4", "environment"));
        rows.put("ROLLBACK_ERROR_THRESHOLD", "0.15");
        assertThat(source.sources().get("errorRateThreshold")).isEqualTo(new SourcedValue("0.15", "settings row"));
        assertThat(source.current().errorRateThreshold()).isEqualTo(0.15);
    }

    @Test
    void everyThresholdCanComeFromEverySource() {
        PolicyOverrides file = new PolicyOverrides(
                OptionalDouble.of(0.11),
                Optional.of(Duration.ofMinutes(11)),
                Optional.of(Duration.ofSeconds(11)),
                OptionalInt.of(11),
                OptionalInt.of(11),
                OptionalInt.of(11),
                OptionalLong.of(11),
                Optional.of(false));
        PolicySource source = source(file, Map.of());

        assertThat(source.current()).isEqualTo(file.applyTo(MonitorPresets.DEFAULT));
        assertThat(source.sources().values()).extracting(SourcedValue::source).containsOnly("config file");
        assertThat(source.sources()).containsEntry("gracePeriod", new SourcedValue("11m", "config file"));

        rows.putAll(Map.of(
                "ROLLBACK_ERROR_THRESHOLD", "0.12",
                "ROLLBACK_GRACE_PERIOD_MS", "1200",
                "ROLLBACK_CHECK_INTERVAL_MS", "12000",
                "ROLLBACK_CONSECUTIVE_FAILURES", "12",
                "ROLLBACK_CHECK_WINDOW", "12",
                "ROLLBACK_FAILURE_COUNT", "12",
                "ROLLBACK_MIN_REQUESTS", "12"));
        assertThat(source.sources())
                .containsEntry("errorRateThreshold", new SourcedValue("0.12", "settings row"))
                .containsEntry("gracePeriod", new SourcedValue("1200ms", "settings row"))
                .containsEntry("checkInterval", new SourcedValue("12s", "settings row"))
                .containsEntry("consecutiveFailures", new SourcedValue("12", "settings row"))
                .containsEntry("checkWindow", new SourcedValue("12", "settings row"))
                .containsEntry("failureCount", new SourcedValue("12", "settings row"))
                .containsEntry("minRequests", new SourcedValue("12", "settings row"))
                .containsEntry("restoreOnEscalation", new SourcedValue("false", "config file"));
    }

    private PolicySource source(PolicyOverrides file, Map<String, String> environment) {
        return new PolicySource("default", file, environment, key -> Optional.ofNullable(rows.get(key)));
    }

    private static PolicyOverrides threshold(double value) {
        PolicyOverrides none = PolicyOverrides.none();
        return new PolicyOverrides(
                OptionalDouble.of(value),
                none.gracePeriod(),
                none.checkInterval(),
                none.consecutiveFailures(),
                none.checkWindow(),
                none.failureCount(),
                none.minRequests(),
                none.restoreOnEscalation());
    }
}
