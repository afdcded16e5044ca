package io.weathervane.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.SignalReading.Origin;
import io.weathervane.monitor.SignalValue;
import io.weathervane.monitor.SignalValue.State;
import io.weathervane.monitor.WatchState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The signals of a check and of a decision, as the database and the audit keep them. */
class SignalJsonTest {
    private static final MonitorPolicy POLICY = MonitorPresets.DEFAULT;
    private static final Instant START = Instant.parse("2026-11-30T03:00:00Z");

    @Test
    void aStoredWatchGoesOnCountingWhereItWas() {
        JsonNode stored = MonitorJson.state(step(begun(), reading(0.2, 1)).state());
        WatchState read = MonitorJson.readState(MonitorJson.MAPPER.readTree(stored.toString()));

        assertThat(read).isEqualTo(step(begun(), reading(0.2, 1)).state());
        assertThat(step(read, reading(0.00003, 2)).decision().action()).isEqualTo(DecisionAction.HEALTHY);
        assertThat(step(read, reading(0.2, 2)).decision().action()).isEqualTo(DecisionAction.ROLLBACK);
    }

    @Test
    void aStoredWatchWithoutSignalsIsReadAsOneWithout() {
        ObjectNode old = MonitorJson.state(step(begun(), reading(0.2, 1)).state());
        ((ObjectNode) old.path("recent").path(0)).remove("signals");

        assertThat(MonitorJson.readState(old).recent().get(0).observation().signals())
                .isEmpty();
    }

    @Test
    void aWatchWithoutSignalsIsStoredAsBefore() {
        assertThat(MonitorJson.state(step(begun()).state()).toString()).doesNotContain("signal");
    }

    @Test
    void theConditionsOfADecisionAreReadBackAsTheyWere() {
        CheckResult step = step(step(begun(), reading(0.2, 1)).state(), reading(0.3, 2));

        assertThat(MonitorJson.readConditions(
                        MonitorJson.conditions(step.decision().conditions())))
                .filteredOn(condition -> condition.rule().isSignal())
                .containsExactlyElementsOf(step.decision().conditions().stream()
                        .filter(condition -> condition.rule().isSignal())
                        .toList())
                .hasSize(3);
    }

    private static WatchState begun() {
        return WatchState.begin("p-1", "v2", BaselineRecord.none(), POLICY, START);
    }

    private static SignalReading reading(double value, long sequence) {
        return new SignalReading(
                "checkout",
                Origin.PROMETHEUS,
                List.of(
                        new SignalLimit(DecisionAction.DEGRADE, Comparison.BELOW, 0.00001),
                        new SignalLimit(DecisionAction.ROLLBACK, Comparison.ABOVE, 0.1)),
                new SignalValue(
                        State.MEASURED, OptionalDouble.of(value), START.plusSeconds(1), sequence, "as measured"));
    }

    private static CheckResult step(WatchState state, SignalReading... readings) {
        Observation seen = new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(100, 0), 0),
                Optional.empty(),
                ResourceUsage.unknown());
        return MonitorStateMachine.next(
                state,
                seen.with(List.of(readings)),
                POLICY,
                state.schedule().lastCheckAt().plusSeconds(30));
    }
}
