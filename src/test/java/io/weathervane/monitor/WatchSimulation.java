package io.weathervane.monitor;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Runs the machine at the times that it asks for. */
final class WatchSimulation {
    static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

    private final MonitorPolicy policy;
    private final List<CheckResult> steps = new ArrayList<>();
    private WatchState state;

    WatchSimulation(MonitorPolicy policy) {
        this(policy, BaselineRecord.none());
    }

    WatchSimulation(MonitorPolicy policy, BaselineRecord record) {
        this.policy = policy;
        this.state = WatchState.begin("p-1", "canary", record, policy, START);
    }

    static WatchSimulation ofDefaults() {
        return new WatchSimulation(MonitorPresets.DEFAULT);
    }

    WatchSimulation see(Observation... observations) {
        for (Observation seen : observations) {
            CheckResult step = MonitorStateMachine.next(
                    state, seen, policy, state.schedule().nextCheckAt());
            steps.add(step);
            state = step.state();
        }
        return this;
    }

    WatchState state() {
        return state;
    }

    CheckResult last() {
        return steps.get(steps.size() - 1);
    }

    Decision decision() {
        return last().decision();
    }

    List<DecisionAction> actions() {
        return steps.stream().map(step -> step.decision().action()).toList();
    }

    WatchSimulation untilTheEnd(Observation seen) {
        while (state.running()) {
            see(seen);
        }
        return this;
    }
}
