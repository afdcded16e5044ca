package io.weathervane.monitor;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The transitions of the monitor. Pure: the same state, observation, policy and time always give the same step.
 *
 * <p>At most one drastic decision comes out of one promotion: the state remembers it, and what would have been a
 * second one is a degrade that says so.
 */
public final class MonitorMachine {
    private MonitorMachine() {}

    /** Judges one check of the active worker. A watch that has ended is not changed by it. */
    public static Step next(MonitorState state, Observation seen, MonitorPolicy policy, Instant now) {
        CheckRecord check = Judge.judge(seen, state.window(policy.checkWindow() - 1), policy, now);
        MonitorState counted = count(state, check, policy, now);
        Decision decision = latch(state, Rules.decide(counted, check, policy));
        if (!state.running()) {
            return new Step(state, decision, check);
        }
        if (decision.action().isDrastic()) {
            return new Step(counted.withActed(decision.action()), decision, check);
        }
        return new Step(atDeadline(counted, decision, policy, now), decision, check);
    }

    /** The active worker's process ended by itself: escalates at once, outside the checks. */
    public static Decision workerExited(Optional<MonitorState> state, String worker, int exitCode) {
        Condition exited = new Condition(
                Rule.WORKER_EXITED,
                "unexpected exits of the active worker",
                OptionalDouble.of(1),
                Condition.Comparison.AT_LEAST,
                1,
                Condition.Unit.COUNT);
        String reason = "Escalation: active worker " + worker + " exited unexpectedly (exit code " + exitCode + ")";
        Decision decision =
                new Decision(Action.ESCALATE, reason, OptionalDouble.empty(), /* failureCount= */ 1, List.of(exited));
        return state.map(watch -> latch(watch, decision)).orElse(decision);
    }

    /** The state that remembers a drastic decision made outside a check. */
    public static MonitorState acted(MonitorState state, Action action) {
        return state.acted().isPresent() ? state : state.withActed(action);
    }

    /** How long nobody looked, when it was more than two intervals. */
    public static Optional<Duration> gap(MonitorState state, MonitorPolicy policy, Instant now) {
        Duration silence = Duration.between(state.lastCheckAt(), now);
        return silence.compareTo(policy.checkInterval().multipliedBy(2)) > 0 ? Optional.of(silence) : Optional.empty();
    }

    private static Decision latch(MonitorState state, Decision decision) {
        return decision.action().isDrastic() && (state.acted().isPresent() || !state.running())
                ? decision.withoutActing(state.acted().orElse(decision.action()))
                : decision;
    }

    private static MonitorState count(MonitorState state, CheckRecord check, MonitorPolicy policy, Instant now) {
        Cleanness cleanness = Cleanness.of(check);
        int cleanRun = cleanness.run(state.cleanRun());
        boolean frequent =
                cleanness == Cleanness.TROUBLED || (state.frequent() && cleanRun < MonitorPolicy.CLEAN_CHECKS);
        Instant deadline = state.startedAt().plus(policy.gracePeriod());
        Duration interval = frequent ? policy.degradedInterval() : policy.checkInterval();
        return new MonitorState(
                state.promotionId(),
                state.worker(),
                state.startedAt(),
                deadline,
                now,
                now.isBefore(deadline)
                        ? MonitorState.earlier(now.plus(interval), deadline)
                        : now.plus(policy.degradedInterval()),
                appended(state.recent(), check, policy),
                hardFailureRun(state, check),
                resourceRun(state, check.observation().usage()),
                cleanRun,
                frequent,
                state.checks() + 1,
                state.conclusiveChecks() + (check.conclusive() ? 1 : 0),
                state.acted(),
                state.outcome());
    }

    private static MonitorState atDeadline(MonitorState state, Decision decision, MonitorPolicy policy, Instant now) {
        if (now.isBefore(state.deadline()) || isInDoubt(state, policy)) {
            return state;
        }
        if (decision.action() == Action.DEGRADE || state.acted().isPresent()) {
            return state.ended(Outcome.DEGRADED);
        }
        return state.ended(
                state.conclusiveChecks() < MonitorPolicy.CONCLUSIVE_CHECKS ? Outcome.INCONCLUSIVE : Outcome.HEALTHY);
    }

    /**
     * A worker that turned bad shortly before the end has had too few checks for a decision: while failed ones are in the
     * window, it gets the checks of one window more, at the degraded interval.
     */
    private static boolean isInDoubt(MonitorState state, MonitorPolicy policy) {
        long beyond = state.recent().stream()
                .filter(check -> !check.at().isBefore(state.deadline()))
                .count();
        return state.acted().isEmpty() && state.failedIn(policy.checkWindow()) > 0 && beyond < policy.checkWindow();
    }

    /** What is unknown neither lengthens nor breaks a run. */
    private static int hardFailureRun(MonitorState state, CheckRecord check) {
        if (check.verdict() == Verdict.HARD_FAILURE) {
            return state.hardFailureRun() + 1;
        }
        return check.observation().probe() == ProbeOutcome.UNKNOWN ? state.hardFailureRun() : 0;
    }

    private static int resourceRun(MonitorState state, Usage usage) {
        if (!usage.known()) {
            return state.resourceRun();
        }
        boolean critical = usage.memoryMb().orElse(0) >= MonitorPolicy.MEMORY_CRITICAL_MB
                || usage.openFilesShare().orElse(0) >= MonitorPolicy.OPEN_FILES_CRITICAL;
        return critical ? state.resourceRun() + 1 : 0;
    }

    private static List<CheckRecord> appended(List<CheckRecord> recent, CheckRecord check, MonitorPolicy policy) {
        List<CheckRecord> all = new ArrayList<>(recent);
        all.add(check);
        int kept = Math.max(MonitorState.RECENT_MIN, policy.checkWindow());
        return all.subList(Math.max(0, all.size() - kept), all.size());
    }
}
