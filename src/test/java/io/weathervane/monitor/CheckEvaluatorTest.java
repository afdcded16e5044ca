package io.weathervane.monitor;

import static io.weathervane.monitor.CheckVerdict.BREACH;
import static io.weathervane.monitor.CheckVerdict.HARD_FAILURE;
import static io.weathervane.monitor.CheckVerdict.INCONCLUSIVE;
import static io.weathervane.monitor.CheckVerdict.PASSED;
import static io.weathervane.monitor.Observations.calls;
import static io.weathervane.monitor.Observations.external;
import static io.weathervane.monitor.Observations.failureRun;
import static io.weathervane.monitor.Observations.probe;
import static io.weathervane.monitor.Observations.quiet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckEvaluatorTest {
    @ParameterizedTest
    @MethodSource
    void countsACheckAs(
            String what, Observation seen, CheckVerdict verdict, OptionalDouble rate, ObservedRateSource source) {
        CheckRecord check = judge(seen);

        assertThat(check.verdict()).as(what).isEqualTo(verdict);
        assertThat(check.errorRate()).as(what).isEqualTo(rate);
        assertThat(check.rateSource()).as(what).isEqualTo(source);
    }

    static Stream<Arguments> countsACheckAs() {
        OptionalDouble none = OptionalDouble.empty();
        return Stream.of(
                arguments(
                        "failed probe", probe(HealthProbeVerdict.FAILED), HARD_FAILURE, none, ObservedRateSource.NONE),
                arguments(
                        "no worker", probe(HealthProbeVerdict.NO_WORKER), HARD_FAILURE, none, ObservedRateSource.NONE),
                arguments(
                        "probe not made",
                        probe(HealthProbeVerdict.UNKNOWN),
                        INCONCLUSIVE,
                        none,
                        ObservedRateSource.NONE),
                arguments("no traffic", quiet(), INCONCLUSIVE, none, ObservedRateSource.NONE),
                arguments("19 calls, all failed", calls(19, 19), INCONCLUSIVE, none, ObservedRateSource.NONE),
                arguments("20 calls, all failed", calls(20, 20), BREACH, rate(1), ObservedRateSource.CHECK),
                arguments("at the threshold", calls(20, 4), PASSED, rate(0.2), ObservedRateSource.CHECK),
                arguments("over the threshold", calls(20, 5), BREACH, rate(0.25), ObservedRateSource.CHECK),
                arguments("9 back to back", failureRun(40, 20, 9), BREACH, rate(0.5), ObservedRateSource.CHECK),
                arguments("10 back to back", failureRun(40, 20, 10), HARD_FAILURE, rate(0.5), ObservedRateSource.CHECK),
                arguments(
                        "10 back to back, low rate",
                        failureRun(100, 10, 10),
                        PASSED,
                        rate(0.1),
                        ObservedRateSource.CHECK),
                arguments(
                        "10 back to back, no rate",
                        failureRun(12, 12, 12),
                        INCONCLUSIVE,
                        none,
                        ObservedRateSource.NONE),
                arguments("a row over", external(0.5, 9), BREACH, rate(0.5), ObservedRateSource.EXTERNAL),
                arguments("the runbook's row", external(0.5, 10), HARD_FAILURE, rate(0.5), ObservedRateSource.EXTERNAL),
                arguments("a row at the threshold", external(0.2, 10), PASSED, rate(0.2), ObservedRateSource.EXTERNAL),
                arguments("a good row", external(0, 0), PASSED, rate(0), ObservedRateSource.EXTERNAL),
                arguments(
                        "row worse",
                        row(100, 1, 0.4, OptionalLong.empty()),
                        BREACH,
                        rate(0.4),
                        ObservedRateSource.EXTERNAL),
                arguments(
                        "own worse",
                        row(100, 30, 0.1, OptionalLong.empty()),
                        BREACH,
                        rate(0.3),
                        ObservedRateSource.CHECK),
                arguments(
                        "row on 19 calls",
                        row(0, 0, 1, OptionalLong.of(19)),
                        INCONCLUSIVE,
                        none,
                        ObservedRateSource.NONE),
                arguments(
                        "row on 20 calls",
                        row(0, 0, 1, OptionalLong.of(20)),
                        BREACH,
                        rate(1),
                        ObservedRateSource.EXTERNAL));
    }

    @Test
    void poolsTheWindowWhenOneCheckHasTooFewCalls() {
        CheckRecord check = judge(calls(10, 5), calls(7, 0), calls(3, 3));

        assertThat(check.rateSource()).isEqualTo(ObservedRateSource.WINDOW);
        assertThat(check.errorRate()).hasValue(0.4);
        assertThat(check.verdict()).isEqualTo(BREACH);
    }

    @Test
    void aQuietCheckHasNoRateAfterABadOne() {
        CheckRecord check = judge(quiet(), calls(100, 90));

        assertThat(check.errorRate()).isEmpty();
        assertThat(check.verdict()).isEqualTo(INCONCLUSIVE);
    }

    @Test
    void aCheckWithoutFailuresOfItsOwnDoesNotFailByThePool() {
        CheckRecord check = judge(calls(5, 0), calls(100, 90));

        assertThat(check.errorRate()).isPresent();
        assertThat(check.verdict()).isEqualTo(PASSED);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "3, 4", "3, -1"})
    void refusesImpossibleCounts(long requests, long errors) {
        assertThatIllegalArgumentException().isThrownBy(() -> calls(requests, errors));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.5, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesARowWhoseRateIsNoShare(double rate) {
        assertThatIllegalArgumentException().isThrownBy(() -> external(rate, 1));
    }

    @Test
    void refusesNegativeRunsOfFailures() {
        assertThatIllegalArgumentException().isThrownBy(() -> failureRun(1, 1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> external(0.5, -1));
    }

    @Test
    void aShareOfOpenFilesNeedsALimit() {
        assertThat(ResourceUsage.of(1, 10, 0).openFilesShare()).isEmpty();
        assertThat(ResourceUsage.of(1, 10, -1).openFilesShare()).isEmpty();
        assertThat(ResourceUsage.unknown().openFilesShare()).isEmpty();
        assertThat(ResourceUsage.unknown().memoryMb()).isEmpty();
    }

    private static CheckRecord judge(Observation seen, Observation... before) {
        List<CheckRecord> window = Stream.of(before)
                .map(earlier -> new CheckRecord(
                        WatchSimulation.START,
                        earlier,
                        OptionalDouble.empty(),
                        ObservedRateSource.NONE,
                        INCONCLUSIVE,
                        ""))
                .toList();
        return CheckEvaluator.judge(
                seen,
                window,
                MonitorPresets.DEFAULT,
                BaselineAdjustedLimits.of(MonitorPresets.DEFAULT, BaselineRecord.none()),
                WatchSimulation.START);
    }

    private static Observation row(long requests, long errors, double rate, OptionalLong counted) {
        return external(requests, errors, rate, 0, counted);
    }

    private static OptionalDouble rate(double value) {
        return OptionalDouble.of(value);
    }

    @Test
    void everyVerdictSaysWhy() {
        assertThat(judge(probe(HealthProbeVerdict.FAILED)).detail()).isEqualTo("probe failed: no answer in 5 s");
        assertThat(judge(calls(20, 5)).detail()).isEqualTo("error rate 25.0% > 20.0%");
        assertThat(judge(external(0.5, 12)).detail()).isEqualTo("12 operations failed back to back, limit 10");
        assertThat(Optional.of(judge(probe(HealthProbeVerdict.NO_WORKER)).detail()))
                .contains("no active worker");
    }
}
