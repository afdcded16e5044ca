package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EValueTest {
    private static final int MARKS = 20;

    @Test
    void noCallAndNoFailureAreNoEvidence() {
        assertThat(EValue.above(0.05, CallCountBins.NONE, MARKS, 1).value()).isZero();
        assertThat(evidence(0.05, 1, 100, 0)).isZero();
        assertThat(evidence(0.05, 1, 100, 5)).as("exactly the bound").isZero();
    }

    /** By hand: a half of the mean of (p/q)⁴ over the seven alternatives. */
    @Test
    void isTheMixtureOfTheLikelihoodRatios() {
        double q = 0.082;
        double mean = Stream.of(.02, .05, .1, .2, .4, .7, .97)
                .mapToDouble(c -> Math.pow((q + (1 - q) * c) / q, 4))
                .average()
                .orElseThrow();

        assertThat(evidence(q, 1, 4, 4)).isCloseTo(mean / 2, within(1e-9));
    }

    @Test
    void threeFailuresOfThreeAreEnoughAgainstAnHourOfTwoGoodCallsAMinute() {
        BaselineRecord record = record(120, 0);
        double bound = record.upper() + record.margin();

        assertThat(evidence(bound, 1, 2, 2)).isLessThan(MonitorPolicy.EVIDENCE);
        assertThat(evidence(bound, 1, 3, 3)).isGreaterThan(MonitorPolicy.EVIDENCE);
    }

    @Test
    void aGoodBeginningDoesNotExcuseALateChange() {
        CallCountBins late = new CallCountBins(List.of(new CallCounts(2000, 20), new CallCounts(40, 17)));

        EValue evidence = EValue.above(0.05, late, MARKS, 1);

        assertThat(evidence.value()).isGreaterThan(MonitorPolicy.EVIDENCE);
        assertThat(evidence.since()).isEqualTo(new CallCounts(40, 17));
        assertThat(evidence(0.05, 1, 2040, 37)).as("without the mark").isZero();
    }

    @Test
    void failuresThatComeInRunsWeighLess() {
        assertThat(evidence(0.05, 5, 40, 17)).isLessThan(evidence(0.05, 1, 40, 17));
    }

    @Test
    void staysANumber() {
        assertThat(evidence(0.001, 1, 1_000_000, 1_000_000)).isEqualTo(1e9);
        assertThat(evidence(0, 1, 10, 10)).isPositive().isFinite();
        assertThat(evidence(1, 1, 10, 10)).isZero();
    }

    /** Ville: of 600 workers that fail at the bound, looked at after every call, at most 1 in 100 ever reaches 100. */
    @Test
    void reachesAHundredInAtMostOneOfAHundredWatchesAtTheBound() {
        Random random = new Random(20261129);
        int reached = 0;
        for (int watch = 0; watch < 600; watch++) {
            CallCountBins bins = CallCountBins.NONE;
            double most = 0;
            for (int call = 0; call < 200; call++) {
                bins = bins.plus(call / 20, new CallCounts(1, random.nextDouble() < 0.1 ? 1 : 0));
                most = Math.max(most, EValue.above(0.1, bins, MARKS, 1).value());
            }
            reached += most >= 100 ? 1 : 0;
        }

        assertThat(reached).isLessThanOrEqualTo(6);
    }

    @Test
    void theSpreadTellsRunsFromIndependentFailures() {
        assertThat(Overdispersion.of(20, 4, 8, 64)).as("too few bins").isEqualTo(1);
        assertThat(Overdispersion.of(20, 100, 0, 0)).isEqualTo(1);
        assertThat(Overdispersion.of(20, 10, 20, 20 * 20)).as("all in one bin").isGreaterThan(10);
        assertThat(Overdispersion.of(20, 10, 20, 10 * 4)).as("2 in each").isEqualTo(1);
    }

    /** Else the evidence against every second worker would be weakened, since only a spread above 1 counts. */
    @Test
    void aSpreadThatChanceExplainsIsNone() {
        Random random = new Random(20261130);
        long none = IntStream.range(0, 200)
                .filter(record -> spread(random, 120, 100, 0.01) == 1)
                .count();

        assertThat(none).isGreaterThan(180);
        assertThat(Overdispersion.of(20, 8, 12, 44))
                .as("too few bins for so much")
                .isGreaterThan(1.5);
    }

    private static double spread(Random random, int bins, int size, double rate) {
        long failures = 0;
        double squares = 0;
        for (int bin = 0; bin < bins; bin++) {
            long failed = IntStream.range(0, size)
                    .filter(call -> random.nextDouble() < rate)
                    .count();
            failures += failed;
            squares += (double) failed * failed;
        }
        return Overdispersion.of(size, bins, failures, squares);
    }

    @Test
    void aRecordWithoutFailuresCountsAsAHundredCalls() {
        assertThat(BaselineRecord.none().upper()).isEqualTo(record(100, 0).upper());
        assertThat(record(5, 0).upper()).isEqualTo(record(100, 0).upper());
        assertThat(record(1000, 0).upper()).isLessThan(record(100, 0).upper());
        assertThat(record(5, 1).upper()).isGreaterThan(0.5);
    }

    @Test
    void theThresholdRisesOnlyWhenThePreviousWorkerWasAboveItOnEnoughCalls() {
        assertThat(limit(1000, 10)).isEqualTo(0.2);
        assertThat(limit(1000, 160)).isEqualTo(0.2);
        assertThat(limit(1000, 300)).isEqualTo(0.36, within(1e-9));
        assertThat(limit(19, 18)).as("too few").isEqualTo(0.2);
        assertThat(limit(99, 25)).as("few, and perhaps not above it").isEqualTo(0.2);
        assertThat(limit(99, 90)).as("few, and surely above it").isGreaterThan(0.9);
        assertThat(limit(1000, 1000)).isEqualTo(1);
    }

    private static double limit(long calls, long failed) {
        return BaselineAdjustedLimits.of(MonitorPresets.DEFAULT, record(calls, failed))
                .errorRate();
    }

    private static double evidence(double bound, double spread, long calls, long failed) {
        return EValue.above(bound, new CallCountBins(List.of(new CallCounts(calls, failed))), MARKS, spread)
                .value();
    }

    private static BaselineRecord record(long calls, long failed) {
        return new BaselineRecord(Optional.of("stable"), new CallCounts(calls, failed), Map.of(), 1, Optional.empty());
    }
}
