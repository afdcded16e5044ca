package io.weathervane.bench.decisions;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The product's own rule: the transitions that run in production, with simulated checks. */
final class MonitorRule implements DecisionRule {
    private static final Instant START = Instant.EPOCH;
    private static final long BYTES_PER_MB = 1024L * 1024;
    private static final double NANOS_PER_SECOND = 1e9;

    /** A probe and its retry wait so long for an answer. */
    private static final Duration PROBE = Duration.ofSeconds(10);

    /** A call that waits so long is overdue. */
    private static final double OVERDUE_SECONDS = 15;

    private final boolean replays;

    /** @param replays whether the previous worker may be asked before a rollback */
    MonitorRule(boolean replays) {
        this.replays = replays;
    }

    @Override
    public RuleOutcome judge(Promotion promotion) {
        MonitorPolicy policy = promotion.scenario().policy();
        WatchState state = WatchState.begin("promotion", "canary", promotion.record(), policy, START);
        Reader reader = new Reader(promotion);
        PreviousWorker previous = new PreviousWorker(promotion);
        while (true) {
            Instant planned = state.schedule().nextCheckAt();
            Instant now = planned.plus(promotion.probeLost(seconds(planned)) ? PROBE : Duration.ZERO);
            Observation seen = reader.observe(seconds(planned), seconds(now));
            CheckResult step = MonitorStateMachine.next(state, seen, policy, now);
            if (replays && step.question().isPresent()) {
                PreviousWorkerReplayResult answers =
                        previous.answer(step.question().get(), seconds(now));
                step = MonitorStateMachine.next(state, seen.with(answers), policy, now);
            }
            state = step.state();
            if (step.decision().action().isDrastic()) {
                return RuleOutcome.of(kind(step.decision().action()), promotion, seconds(now));
            }
            if (!state.running()) {
                return RuleOutcome.of(kind(state.outcome()), promotion, seconds(now));
            }
        }
    }

    private static double seconds(Instant now) {
        return Duration.between(START, now).toNanos() / NANOS_PER_SECOND;
    }

    private static RuleOutcome.Kind kind(DecisionAction action) {
        return action == DecisionAction.ROLLBACK ? RuleOutcome.Kind.ROLLBACK : RuleOutcome.Kind.ESCALATE;
    }

    private static RuleOutcome.Kind kind(WatchOutcome outcome) {
        return switch (outcome) {
            case HEALTHY -> RuleOutcome.Kind.HEALTHY;
            case DEGRADED -> RuleOutcome.Kind.DEGRADED;
            case INCONCLUSIVE -> RuleOutcome.Kind.INCONCLUSIVE;
            default -> throw new IllegalStateException("a simulated watch ended as " + outcome);
        };
    }

    /** Reads the calls between two checks. */
    private static final class Reader {
        private final Promotion promotion;
        private int next;
        private long failureRun;

        Reader(Promotion promotion) {
            this.promotion = promotion;
        }

        Observation observe(double planned, double now) {
            long ended = 0;
            long failed = 0;
            long slow = 0;
            Map<String, CallCounts> tools = new HashMap<>();
            for (int end = promotion.firstAfter(now); next < end; next++) {
                if (promotion.counts(next)) {
                    boolean fails = promotion.failed(next);
                    ended++;
                    failed += fails ? 1 : 0;
                    slow += promotion.slow(next) ? 1 : 0;
                    failureRun = fails ? failureRun + 1 : 0;
                    tools.merge(promotion.tool(next), new CallCounts(1, fails ? 1 : 0), Reader::sum);
                }
            }
            Observation.Calls calls = new Observation.Calls(
                    new CallCounts(ended, failed), failureRun, slow, promotion.waiting(now, OVERDUE_SECONDS), tools);
            long memory = (long) (promotion.memoryMb(now) * BYTES_PER_MB);
            return new Observation(probe(planned, now), calls, Optional.empty(), ResourceUsage.of(memory, 50, 1024));
        }

        private Observation.ProbeResult probe(double planned, double now) {
            if (!promotion.probeLost(planned)) {
                return new Observation.ProbeResult(HealthProbeVerdict.PASSED, "healthy");
            }
            return promotion.wentWell(planned, now)
                    ? new Observation.ProbeResult(HealthProbeVerdict.LOST, "no answer, while calls went well")
                    : new Observation.ProbeResult(HealthProbeVerdict.FAILED, "no answer within 5 s");
        }

        private static CallCounts sum(CallCounts one, CallCounts more) {
            return new CallCounts(one.calls() + more.calls(), one.failed() + more.failed());
        }
    }
}
