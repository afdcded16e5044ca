package io.weathervane.monitor;

import static io.weathervane.monitor.Ending.afterCheck;

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
        CheckRecord check = Judge.judge(
                seen, state.window(policy.checkWindow() - 1), policy, Limits.of(policy, state.record()), now);
        MonitorState counted = count(state, check, policy, now);
        Decision decision = latch(state, Rules.decide(counted, check, policy));
        if (!state.running()) {
            return new Step(state, decision, check);
        }
        if (decision.action().isDrastic()) {
            return new Step(counted.withActed(decision.action()), decision, check);
        }
        return new Step(afterCheck(counted, decision, policy, now), decision, check);
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

    /** How long the monitor did not look, when it was more than two intervals. */
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
        Duration watched = state.watched().plus(observed(state, policy, now));
        Instant deadline = now.plus(policy.gracePeriod()).minus(watched);
        Duration interval = frequent ? policy.degradedInterval() : policy.checkInterval();
        return new MonitorState(
                state.promotionId(),
                state.worker(),
                state.record(),
                state.startedAt(),
                deadline,
                watched,
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
                state.history().plus(check.observation(), state.lastCheckAt(), now, policy),
                state.acted(),
                state.outcome());
    }

    /** Of a silence of more than two intervals only so much was looked at. */
    private static Duration observed(MonitorState state, MonitorPolicy policy, Instant now) {
        Duration since = Duration.between(state.lastCheckAt(), now);
        Duration most = policy.checkInterval().multipliedBy(2);
        if (since.isNegative()) {
            return Duration.ZERO;
        }
        return since.compareTo(most) > 0 ? policy.checkInterval() : since;
    }

    /** What is unknown neither lengthens nor breaks a run. */
    private static int hardFailureRun(MonitorState state, CheckRecord check) {
        if (check.verdict() == CheckVerdict.HARD_FAILURE) {
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
