package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.upgrade.CanaryAnalysis.Against;
import io.weathervane.upgrade.CanaryAnalysis.Recommendation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How one canary weight is judged, check by check, on numbers alone. */
class CanaryAnalysisTest {
    private static final Instant BEGUN = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration STEP = Duration.ofSeconds(60);
    private static final Duration CHECK = Duration.ofSeconds(10);
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Against SAME = new Against(1_000, 0, false, "as quick as the active worker");
    private static final Against SLOWER = new Against(1_000, 0, true, "9 times slower");

    @Test
    void aFailingCanaryIsAbortedBeforeTheStepIsOver() {
        CanaryAnalysis judged = after(3, calls(100, 90), SAME);

        assertThat(judged.recommendation()).isEqualTo(Recommendation.ABORT);
    }

    @Test
    void aCanaryWithoutTrafficIsHeldAndThenAborted() {
        CanaryAnalysis held = after(7, calls(0, 0), SAME);
        CanaryAnalysis ended = after(18, calls(0, 0), SAME);

        assertThat(held.recommendation()).isEqualTo(Recommendation.HOLD);
        assertThat(ended.recommendation()).isEqualTo(Recommendation.ABORT);
        assertThat(ended.reason()).contains("could not be judged good in 180.0 s", "more traffic");
    }

    @Test
    void aMuchSlowerCanaryIsAbortedAtTheThirdCheckInARow() {
        assertThat(after(2, calls(100, 0), SLOWER).recommendation()).isEqualTo(Recommendation.HOLD);
        CanaryAnalysis third = after(3, calls(100, 0), SLOWER);

        assertThat(third.recommendation()).isEqualTo(Recommendation.ABORT);
        assertThat(third.reason()).isEqualTo("much slower: 9 times slower");
    }

    @Test
    void oneQuickCheckBeginsTheCountOfSlowOnesAnew() {
        CanaryAnalysis twice = after(2, calls(100, 0), SLOWER);
        CanaryAnalysis quick = twice.next(calls(100, 0), SAME, POLICY, at(3));

        assertThat(quick.slowRun()).isZero();
    }

    @Test
    void aGoodCanaryGoesOnWhenItsStepIsOverAndNotBefore() {
        assertThat(after(5, calls(100, 0), SAME).recommendation()).isEqualTo(Recommendation.HOLD);
        assertThat(after(6, calls(100, 0), SAME).recommendation()).isEqualTo(Recommendation.GO_ON);
    }

    @Test
    void theActiveWorkersOwnErrorsAreNotTheCanarysFault() {
        MonitorPolicy policy = CanaryAnalysis.policy(POLICY, STEP, 1_000, 100);

        assertThat(policy.errorRateThreshold()).isEqualTo(POLICY.errorRateThreshold() + 0.1);
        assertThat(CanaryAnalysis.policy(POLICY, STEP, 1, 1).errorRateThreshold())
                .as("one call is no record")
                .isEqualTo(POLICY.errorRateThreshold());
    }

    @Test
    void aStepIsCheckedSixTimesHoweverShortItIs() {
        assertThat(CanaryAnalysis.policy(POLICY, Duration.ofSeconds(6), 0, 0).checkInterval())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(CanaryAnalysis.policy(POLICY, Duration.ofMillis(6), 0, 0).checkInterval())
                .isEqualTo(MonitorPolicy.CHECK_INTERVAL_MIN);
    }

    @Test
    void slowerMeansFiveTimesAndFiftyMilliseconds() {
        assertThat(CanaryAnalysis.isSlower(Duration.ofMillis(40), Duration.ofMillis(1)))
                .isFalse();
        assertThat(CanaryAnalysis.isSlower(Duration.ofMillis(900), Duration.ofMillis(200)))
                .isFalse();
        assertThat(CanaryAnalysis.isSlower(Duration.ofMillis(1_001), Duration.ofMillis(200)))
                .isTrue();
    }

    private static CanaryAnalysis after(int checks, Observation each, Against active) {
        CanaryAnalysis judged = CanaryAnalysis.begin("u-1", "canary", BaselineRecord.none(), STEP, POLICY, BEGUN);
        for (int check = 1; check <= checks; check++) {
            judged = judged.next(each, active, POLICY, at(check));
        }
        return judged;
    }

    private static Instant at(int check) {
        return BEGUN.plus(CHECK.multipliedBy(check));
    }

    private static Observation calls(long requests, long errors) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(new CallCounts(requests, errors), 0, 0, 0, Map.of()),
                Optional.empty(),
                ResourceUsage.unknown());
    }
}
