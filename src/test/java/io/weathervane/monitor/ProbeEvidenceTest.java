package io.weathervane.monitor;

import static io.weathervane.monitor.DecisionAction.DEGRADE;
import static io.weathervane.monitor.DecisionAction.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls that the server sends during a watch count like those of callers, and hide nothing of them. */
class ProbeEvidenceTest {
    private static final CallCounts PASSED = new CallCounts(1, 0);
    private static final CallCounts FAILED = new CallCounts(1, 1);

    private final WatchSimulation quiet = new WatchSimulation(MonitorPresets.DEFAULT, BaselineRecord.none());
    private final WatchSimulation known = new WatchSimulation(
            MonitorPresets.DEFAULT,
            new BaselineRecord(
                    Optional.of("stable"),
                    new CallCounts(1000, 10),
                    Map.of("search", new CallCounts(1000, 10)),
                    1,
                    Optional.empty()));

    @Test
    void aWatchOfProbesThatGoWellEndsHealthy() {
        quiet.untilTheEnd(seen(CallCounts.NONE, Map.of("look", PASSED)));

        assertThat(quiet.state().outcome()).isEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void fewerProbesThanCallsAreNeededLeaveItInconclusive() {
        quiet.see(seen(CallCounts.NONE, Map.of("look", new CallCounts(MonitorPolicy.HEALTHY_CALLS - 1, 0))));
        quiet.untilTheEnd(seen(CallCounts.NONE, Map.of()));

        assertThat(quiet.state().outcome()).isEqualTo(WatchOutcome.INCONCLUSIVE);
    }

    @Test
    void probesThatFailRollBackWithoutAnyRecord() {
        untilItActs(quiet, seen(CallCounts.NONE, Map.of("look", FAILED)));

        assertThat(quiet.decision().action()).isEqualTo(ROLLBACK);
        assertThat(quiet.decision().reason())
                .endsWith("of this watch 5 of 5 probes failed and 0 of 0 calls of callers");
        assertThat(quiet.actions()).doesNotContain(DecisionAction.ESCALATE);
    }

    @Test
    void oneProbeOfTenThatFailsRollsBackThoughTheirRateIsBelowTheThreshold() {
        Map<String, CallCounts> probes = new HashMap<>();
        IntStream.range(0, 9).forEach(number -> probes.put("tool" + number, PASSED));
        probes.put("look", FAILED);

        untilItActs(quiet, seen(CallCounts.NONE, probes));

        assertThat(quiet.decision().action()).isEqualTo(ROLLBACK);
        assertThat(quiet.decision().reason()).contains("calls of look as a probe failed");
    }

    @Test
    void probesThatGoWellDoNotHideThatCallersCallsFail() {
        untilItActs(known, seen(FAILED, Map.of("look", new CallCounts(50, 0))));

        assertThat(known.decision().action()).isEqualTo(ROLLBACK);
        assertThat(known.state().counters().checks()).isLessThan(10);
    }

    @Test
    void probesThatGoWellDoNotEndAWatchHealthyWhoseCallersCallsFail() {
        quiet.see(seen(new CallCounts(3, 3), Map.of("look", new CallCounts(200, 0))));
        quiet.untilTheEnd(seen(CallCounts.NONE, Map.of("look", new CallCounts(20, 0))));

        assertThat(quiet.state().outcome()).isNotEqualTo(WatchOutcome.HEALTHY);
    }

    @Test
    void probesThatTakeTooLongDegrade() {
        Map<String, CallCounts> late = Map.of(
                ToolFailureMetric.PROBES.of("look"),
                PASSED,
                ToolFailureMetric.LATE.of(ToolFailureMetric.PROBES.of("look")),
                FAILED);
        quiet.untilTheEnd(observation(CallCounts.NONE, late));

        assertThat(quiet.decision().action()).isEqualTo(DEGRADE);
        assertThat(quiet.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
        assertThat(quiet.decision().reason()).contains("look as a probe ending late");
    }

    @Test
    void probesThatThePreviousWorkerFailsTooVetoTheRollback() {
        PreviousWorkerReplayResult answers = new PreviousWorkerReplayResult(Map.of(
                ToolFailureMetric.PROBES.of("look"),
                new PreviousWorkerReplayResult.Outcome(new CallCounts(8, 8), CallCounts.NONE)));
        Observation failing = seen(CallCounts.NONE, Map.of("look", FAILED));
        while (quiet.state().counters().checks() == 0 || quiet.last().question().isEmpty()) {
            WatchState before = quiet.state();
            quiet.see(failing);
            if (quiet.last().question().isPresent()) {
                CheckResult judged = MonitorStateMachine.next(
                        before,
                        failing.with(answers),
                        MonitorPresets.DEFAULT,
                        before.schedule().nextCheckAt());
                assertThat(judged.decision().action()).isEqualTo(DEGRADE);
                assertThat(judged.decision().vetoesRollback()).isTrue();
            }
        }
    }

    @Test
    void callersAndProbesAreToldApart() {
        quiet.see(seen(new CallCounts(3, 1), Map.of("look", new CallCounts(5, 2))));

        WatchCallCounts callCounts = quiet.state().callCounts();
        assertThat(callCounts.all().total()).isEqualTo(new CallCounts(8, 3));
        assertThat(callCounts.callers().total()).isEqualTo(new CallCounts(3, 1));
        assertThat(callCounts.probes().total()).isEqualTo(new CallCounts(5, 2));
    }

    private static void untilItActs(WatchSimulation watch, Observation seen) {
        while (watch.state().running() && watch.state().acted().isEmpty()) {
            watch.see(seen);
        }
    }

    /** @param probes by tool */
    private static Observation seen(CallCounts callers, Map<String, CallCounts> probes) {
        Map<String, CallCounts> tools = new HashMap<>();
        probes.forEach((tool, counts) -> tools.put(ToolFailureMetric.PROBES.of(tool), counts));
        return observation(callers, tools);
    }

    private static Observation observation(CallCounts callers, Map<String, CallCounts> tools) {
        CallCounts probes = new Observation.Calls(new CallCounts(0, 0), 0, 0, 0, tools).probes();
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(callers.plus(probes), 0, 0, 0, tools),
                Optional.empty(),
                ResourceUsage.unknown());
    }
}
