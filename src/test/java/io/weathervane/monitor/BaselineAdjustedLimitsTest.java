package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaselineAdjustedLimitsTest {
    @ParameterizedTest(name = "{0} of {1} with spread {2}")
    @CsvSource({
        "0, 1000, 1, 10", // without failures nothing runs
        "10, 1000, 1, 10",
        "250, 1000, 1, 10", // independent ones rarely run so long
        "120, 1000, 12, 67", // in runs of eight on average
        "600, 1000, 20, 100", // and no more than this
        "5, 20, 20, 10" // too few calls for a record
    })
    void aRunIsHardWhenThePreviousWorkerHadNoneSoLong(long failed, long calls, double spread, long limit) {
        BaselineRecord record = new BaselineRecord(
                Optional.of("stable"), new CallCounts(calls, failed), Map.of(), spread, Optional.empty());

        assertThat(BaselineAdjustedLimits.of(MonitorPresets.DEFAULT, record).backToBack())
                .isEqualTo(limit);
    }

    /** Half a minute of calls before the promotion, of which two of five fail with either release. */
    @Test
    void aPreviousWorkerThatIsBadForSureAllowsForItAlsoWithFewCalls() {
        WatchSimulation same = watch(new CallCounts(46, 18));
        while (same.state().running()) {
            same.see(Observations.calls(10, 4));
        }
        WatchSimulation worse = watch(new CallCounts(46, 18));
        while (worse.state().running() && worse.state().acted().isEmpty()) {
            worse.see(Observations.calls(10, 10));
        }

        assertThat(same.actions()).doesNotContain(DecisionAction.ROLLBACK, DecisionAction.ESCALATE);
        assertThat(same.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
        assertThat(worse.state().acted()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"19, 19, 0.2", "20, 6, 0.2", "99, 30, 0.463", "100, 30, 0.36", "0, 0, 0.2"})
    void fewCallsRaiseTheLimitOnlyWhenTheyAreSurelyBad(long calls, long failed, double limit) {
        BaselineRecord record =
                new BaselineRecord(Optional.of("stable"), new CallCounts(calls, failed), Map.of(), 1, Optional.empty());

        assertThat(BaselineAdjustedLimits.of(MonitorPresets.DEFAULT, record).errorRate())
                .isCloseTo(limit, within(0.005));
    }

    private static WatchSimulation watch(CallCounts before) {
        return new WatchSimulation(
                MonitorPresets.DEFAULT,
                new BaselineRecord(Optional.of("stable"), before, Map.of(), 1, Optional.empty()));
    }
}
