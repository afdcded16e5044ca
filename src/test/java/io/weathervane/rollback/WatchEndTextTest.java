package io.weathervane.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class WatchEndTextTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void aHealthyEndGivesTheCallsOfTheWholeWatchAndNotTheLastChecksDoubt() {
        CheckResult end = end(/* callsACheck= */ 2, /* failedInTheFirst= */ 0);

        assertThat(end.state().outcome()).isEqualTo(WatchOutcome.HEALTHY);
        assertThat(end.decision().reason()).startsWith("inconclusive: an error rate needs");
        long calls = end.state().callCounts().all().total().calls();
        assertThat(WatchEndText.reason(end.state(), end.decision()))
                .isEqualTo("in the whole watch 0 of " + calls + " calls failed (callers' 0 of " + calls
                        + ", probes 0 of 0)");
    }

    @Test
    void aDegradedEndByTheWholeWatchDoesNotEndWithTheLastChecksDoubt() {
        CheckResult end = end(/* callsACheck= */ 0, /* failedInTheFirst= */ 60);

        assertThat(end.state().outcome()).isEqualTo(WatchOutcome.DEGRADED);
        Decision quiet = new Decision(
                DecisionAction.HEALTHY, "inconclusive: no call ended", OptionalDouble.empty(), 0, List.of());
        assertThat(WatchEndText.reason(end.state(), quiet))
                .isEqualTo("in the whole watch 60 of 100 calls failed (callers' 60 of 100, probes 0 of 0), too many to"
                        + " be healthy");
    }

    private static CheckResult end(long callsACheck, long failedInTheFirst) {
        WatchState state = WatchState.begin("p-1", "canary", BaselineRecord.none(), POLICY, START);
        CallCounts first = failedInTheFirst > 0 ? new CallCounts(100, failedInTheFirst) : CallCounts.NONE;
        CheckResult step = check(state, first);
        while (step.state().running()) {
            step = check(step.state(), new CallCounts(callsACheck, 0));
        }
        return step;
    }

    private static CheckResult check(WatchState state, CallCounts calls) {
        Observation seen = new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                new Observation.Calls(calls, 0, 0, 0, Map.of()),
                Optional.empty(),
                ResourceUsage.unknown());
        return MonitorStateMachine.next(state, seen, POLICY, state.schedule().nextCheckAt());
    }
}
