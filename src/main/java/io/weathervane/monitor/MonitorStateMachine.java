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

    /**
     * Judges one check of the active worker. A watch that has ended is not changed by it.
     *
     * <p>Before a rollback or an escalation by calls that failed, the result has a {@link CheckResult#question} to the
     * previous worker. Its answers make the action due, or a veto: then the watch is degraded and goes on. While there is a veto the
     * question comes again, at most once in a check interval. The first answer without a reason for the veto ends it and
     * restarts the evidence, since calls of both times are counted in it.
     */
    public static CheckResult next(WatchState state, Observation seen, MonitorPolicy policy, Instant now) {
        return next(state, seen, policy, now, Optional.empty());
    }

    /** The same with one limit moved, for a replay that tries another one. */
    public static CheckResult next(
            WatchState state,
            Observation seen,
            MonitorPolicy policy,
            Instant now,
            Optional<HypotheticalLimit> hypothetical) {
        CheckRecord check = CheckEvaluator.judge(
                seen.with(SignalRules.counted(state, seen.signals())),
                state.window(policy.checkWindow() - 1),
                policy,
                limits(state, policy),
                now);
        WatchState counted = state.plus(check, policy, now);
        RuleSetResult evaluation = RuleSetEvaluator.evaluate(counted, check, policy, hypothetical);
        Decision decision = latch(state, evaluation.decision());
        if (!state.running()) {
            return new CheckResult(state, decision, check);
        }
        boolean ofCalls = decision.action().isDrastic() && evaluation.isAskedFirst();
        if (ofCalls && state.veto().isPresent() && seen.replay().isPresent()) {
            Decision anew = decision.judgedAnew(replayText(state, seen.replay().get()));
            return new CheckResult(afterCheck(counted.judgedAnew(now), anew, policy, now), anew, check);
        }
        if (decision.action().isDrastic()) {
            Optional<PreviousWorkerReplayRequest> question =
                    ofCalls && seen.replay().isEmpty() ? evaluation.question() : Optional.empty();
            return new CheckResult(counted.withActed(decision.action()), decision, check, question);
        }
        if (state.acted().isEmpty() && evaluation.question().isPresent()) {
            return vetoed(state, counted, new CheckResult(counted, decision, check, evaluation.question()), policy);
        }
        WatchState watched = decision.isSuspicious() ? counted.suspicious(policy) : counted;
        return new CheckResult(afterCheck(watched, decision, policy, now), decision, check);
    }

    /** A run of failed calls is no reason to escalate while the previous worker fails them, too. */
    private static BaselineAdjustedLimits limits(WatchState state, MonitorPolicy policy) {
        BaselineAdjustedLimits limits =
                BaselineAdjustedLimits.of(policy, state.target().record());
        return state.veto().isPresent() ? limits.withoutBackToBack() : limits;
    }

    private static String replayText(WatchState state, PreviousWorkerReplayResult answers) {
        return "the previous release " + state.target().record().workerText()
                + (answers.all().isEnough()
                        ? " does not fail the same calls any longer"
                        : " could not be asked for the same calls again");
    }

    private static CheckResult vetoed(WatchState state, WatchState counted, CheckResult step, MonitorPolicy policy) {
        Instant now = counted.schedule().lastCheckAt();
        Optional<PreviousWorkerReplayResult> answers =
                step.check().observation().replay();
        Optional<VetoedRollback> before = state.veto();
        VetoedRollback veto = answers.map(replay ->
                        new VetoedRollback(before.map(VetoedRollback::since).orElse(now), now, replay))
                .or(() -> before)
                .orElseThrow();
        boolean again = answers.isEmpty() && veto.isDue(policy.checkInterval(), now);
        return new CheckResult(
                afterCheck(excused(counted, policy).with(veto), step.decision(), policy, now),
                step.decision(),
                step.check(),
                again ? step.question() : Optional.empty());
    }

    /** A run of failed calls must not escalate once the next check is uncertain. */
    private static WatchState excused(WatchState counted, MonitorPolicy policy) {
        return CheckEvaluator.areByOwnCalls(counted.newestRun(), policy) ? counted.withoutHardFailures() : counted;
    }

    /** The active worker's process ended by itself: escalates at once, outside the checks. */
    public static Decision workerExited(Optional<WatchState> state, String worker, int exitCode) {
        RuleCondition exited = new RuleCondition(
                RuleKind.WORKER_EXITED,
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
    public static WatchState acted(WatchState state, DecisionAction action) {
        return state.acted().isPresent() ? state : state.withActed(action);
    }

    /** Time without a check, when it was more than two intervals. */
    public static Optional<Duration> gap(WatchState state, MonitorPolicy policy, Instant now) {
        Duration silence = Duration.between(state.schedule().lastCheckAt(), now);
        return silence.compareTo(policy.checkInterval().multipliedBy(2)) > 0 ? Optional.of(silence) : Optional.empty();
    }

    private static Decision latch(WatchState state, Decision decision) {
        return decision.action().isDrastic() && (state.acted().isPresent() || !state.running())
                ? decision.withoutActing(state.acted().orElse(decision.action()))
                : decision;
    }
}
