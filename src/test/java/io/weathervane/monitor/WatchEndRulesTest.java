package io.weathervane.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchEndRulesTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;

    @Test
    void aWorkerThatTurnedBadShortlyBeforeTheEndIsLookedAtForLonger() {
        BaselineRecord record =
                new BaselineRecord(Optional.of("stable"), new CallCounts(1200, 12), Map.of(), 1, Optional.empty());
        WatchSimulation watch = new WatchSimulation(MonitorPresets.DEFAULT, record);
        Instant end = watch.state().schedule().deadline();
        seeUntil(end.minusSeconds(30), watch, Observations.calls(10, 0));
        watch.see(Observations.calls(10, 3), Observations.calls(10, 3));
        seeUntil(end.plusSeconds(1), watch, Observations.quiet());

        assertThat(watch.state().running()).isTrue();
        assertThat(watch.see(Observations.calls(20, 7)).decision().action()).isEqualTo(DecisionAction.ROLLBACK);
    }

    private static void seeUntil(Instant end, WatchSimulation watch, Observation seen) {
        while (watch.state().schedule().nextCheckAt().isBefore(end)) {
            watch.see(seen);
        }
    }

    @Test
    void goesOnForASecondGracePeriodOnSomeEvidence() {
        WatchSimulation watch = watch(1, 100).untilTheEnd(Observations.calls(4, 0));
        assertThat(watched(watch)).isEqualTo(POLICY.gracePeriod());

        WatchSimulation suspicious = watch(10, 1000);
        for (long calls = 0; suspicious.state().running(); ) {
            WatchState.Schedule schedule = suspicious.state().schedule();
            long now = Duration.between(schedule.startedAt(), schedule.nextCheckAt())
                            .toSeconds()
                    * 2
                    / 3;
            suspicious.see(Observations.calls(now - calls, failed(now) - failed(calls)));
            calls = now;
        }

        assertThat(watched(suspicious))
                .isGreaterThanOrEqualTo(POLICY.gracePeriod().multipliedBy(2));
        assertThat(suspicious.state().acted()).isEmpty();
        assertThat(suspicious.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
    }

    @Test
    void endsHealthyWhenTheRateIsThatOfThePreviousWorker() {
        assertThat(watch(120, 1000)
                        .untilTheEnd(Observations.calls(100, 12))
                        .state()
                        .outcome())
                .isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void endsDegradedAboveTheThresholdEvenIfItWasSoBefore() {
        assertThat(watch(300, 1000)
                        .untilTheEnd(Observations.calls(100, 30))
                        .state()
                        .outcome())
                .isEqualTo(WatchOutcome.DEGRADED);
    }

    /** A check in which too few calls ended says nothing; those before it did. */
    @Test
    void endsDegradedAboveTheThresholdAlsoWhenItsLastCheckSawTooLittle() {
        WatchSimulation watch = watch(300, 1000);
        while (watch.state().running()) {
            boolean last = !watch.state()
                    .schedule()
                    .nextCheckAt()
                    .isBefore(watch.state().schedule().deadline());
            watch.see(last ? Observations.quiet() : Observations.calls(100, 30));
        }

        assertThat(watch.decision().action()).isEqualTo(DecisionAction.HEALTHY);
        assertThat(watch.decision().conclusive()).isFalse();
        assertThat(watch.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
    }

    @Test
    void endsDegradedWhenMemoryGrowsSteadily() {
        WatchSimulation watch = watch(1, 100);
        for (int megabytes = 100; watch.state().running(); megabytes += 10) {
            watch.see(Observations.memory(megabytes));
        }

        assertThat(watch.decision().reason()).contains("growth of memory a minute");
        assertThat(watch.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
    }

    @Test
    void doesNotTakeTheMemoryOfAStartForALeak() {
        WatchSimulation watch = watch(1, 100);
        for (int megabytes = 100; watch.state().running(); megabytes = Math.min(250, megabytes + 20)) {
            watch.see(Observations.memory(megabytes));
        }

        assertThat(watch.state().outcome()).isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void confirmsOneHardFailureWithinSecondsWhenOneIsEnough() {
        MonitorPolicy patient = new MonitorPolicy(
                0.2,
                new MonitorPolicy.Schedule(Duration.ofHours(1), Duration.ofMinutes(2)),
                new MonitorPolicy.FailureLimits(/* consecutiveFailures= */ 1, 5, 3),
                20,
                /* restoreOnEscalation= */ true);
        WatchSimulation watch = new WatchSimulation(patient).see(Observations.probe(HealthProbeVerdict.FAILED));

        assertThat(Duration.between(
                        watch.state().schedule().lastCheckAt(),
                        watch.state().schedule().nextCheckAt()))
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(watch.see(Observations.probe(HealthProbeVerdict.FAILED))
                        .decision()
                        .action())
                .isEqualTo(DecisionAction.ESCALATE);
    }

    /** Two of twenty-five, evenly. */
    private static long failed(long calls) {
        return calls * 2 / 25;
    }

    private static WatchSimulation watch(long failed, long calls) {
        return new WatchSimulation(
                POLICY,
                new BaselineRecord(
                        Optional.of("stable"), new CallCounts(calls, failed), Map.of(), 1, Optional.empty()));
    }

    private static Duration watched(WatchSimulation watch) {
        return watch.state().schedule().watched();
    }
}
