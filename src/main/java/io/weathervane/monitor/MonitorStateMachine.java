package io.weathervane.monitor;

import static io.weathervane.monitor.WatchEndRules.afterCheck;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The transitions of the monitor. Pure: the same state, observation, policy and time always give the same step.
 *
 * <p>At most one drastic decision comes out of one promotion: the state remembers it, and what would have been a
 * second one is a degrade that says so.
 */
public final class MonitorStateMachine {
    private MonitorStateMachine() {}

    /** Judges one check of the active worker. A watch that has ended is not changed by it. */
    public static MonitorTransition next(MonitorState state, Observation seen, MonitorPolicy policy, Instant now) {
        CheckRecord check = CheckEvaluator.judge(
                seen.with(SignalRules.counted(state, seen.signals())),
                state.window(policy.checkWindow() - 1),
                policy,
                WatchLimits.of(policy, state.target().record()),
                now);
        MonitorState counted = state.plus(check, policy, now);
        Decision decision = latch(state, RuleEvaluator.decide(counted, check, policy));
        if (!state.running()) {
            return new MonitorTransition(state, decision, check);
        }
        if (decision.action().isDrastic()) {
            return new MonitorTransition(counted.withActed(decision.action()), decision, check);
        }
        return new MonitorTransition(afterCheck(counted, decision, policy, now), decision, check);
    }

    /** The active worker's process ended by itself: escalates at once, outside the checks. */
    public static Decision workerExited(Optional<MonitorState> state, String worker, int exitCode) {
        RuleCondition exited = new RuleCondition(
                Rule.WORKER_EXITED,
                "unexpected exits of the active worker",
                OptionalDouble.of(1),
                RuleCondition.Comparison.AT_LEAST,
                1,
                RuleCondition.Unit.COUNT);
        String reason = "Escalation: active worker " + worker + " exited unexpectedly (exit code " + exitCode + ")";
        Decision decision = new Decision(
                DecisionAction.ESCALATE, reason, OptionalDouble.empty(), /* failureCount= */ 1, List.of(exited));
        return state.map(watch -> latch(watch, decision)).orElse(decision);
    }

    /** The state that remembers a drastic decision made outside a check. */
    public static MonitorState acted(MonitorState state, DecisionAction action) {
        return state.acted().isPresent() ? state : state.withActed(action);
    }

    /** How long the monitor did not look, when it was more than two intervals. */
    public static Optional<Duration> gap(MonitorState state, MonitorPolicy policy, Instant now) {
        Duration silence = Duration.between(state.schedule().lastCheckAt(), now);
        return silence.compareTo(policy.checkInterval().multipliedBy(2)) > 0 ? Optional.of(silence) : Optional.empty();
    }

    private static Decision latch(MonitorState state, Decision decision) {
        return decision.action().isDrastic() && (state.acted().isPresent() || !state.running())
                ? decision.withoutActing(state.acted().orElse(decision.action()))
                : decision;
    }
}
