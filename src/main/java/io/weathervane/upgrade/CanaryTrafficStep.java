package io.weathervane.upgrade;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Observation;
import io.weathervane.upgrade.CanaryAnalysis.Recommendation;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Gives the canary a weight and judges it, check by check. */
final class CanaryTrafficStep implements ExecutableStep {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final WorkerManager workers;
    private final Supplier<MonitorPolicy> policy;
    private final Supplier<BaselineRecord> record;
    private final Clock clock;
    private final int percent;

    /** @param record of the active worker's calls up to now */
    CanaryTrafficStep(
            WorkerManager workers,
            Supplier<MonitorPolicy> policy,
            Supplier<BaselineRecord> record,
            Clock clock,
            int percent) {
        this.workers = workers;
        this.policy = policy;
        this.record = record;
        this.clock = clock;
        this.percent = percent;
    }

    @Override
    public StepOutcome run(StepContext context) throws InterruptedException {
        Upgrade upgrade = context.upgrade();
        CallTotals activeBefore = workers.tally(Role.ACTIVE);
        CanaryObserver observer = new CanaryObserver(workers);
        workers.canaryWeight(percent);
        CanaryAnalysis analysis = CanaryAnalysis.begin(
                upgrade.id() + "-" + percent,
                upgrade.to(),
                record.get(),
                upgrade.request().ramp().stepTime(),
                policy.get(),
                clock.instant());
        while (analysis.recommendation() == Recommendation.HOLD) {
            context.reportActivity(percent + " % of the callers go to " + upgrade.to() + ": " + analysis.reason());
            Optional<String> problem =
                    waitUntil(context, analysis.state().schedule().nextCheckAt());
            if (problem.isPresent()) {
                return new Failed("with " + percent + " % of the callers: " + problem.get());
            }
            Observation seen = observer.look();
            analysis = analysis.next(seen, against(activeBefore), policy.get(), clock.instant());
        }
        String detail = percent + " % of the callers, "
                + analysis.state().counters().checks() + " checks: " + analysis.reason();
        return analysis.recommendation() == Recommendation.GO_ON ? new Passed(detail) : new Failed(detail);
    }

    /** Returns why the upgrade cannot go on. */
    private Optional<String> waitUntil(StepContext context, Instant at) throws InterruptedException {
        while (true) {
            Optional<String> problem = context.problem();
            Duration left = Duration.between(clock.instant(), at);
            if (problem.isPresent() || left.isNegative() || left.isZero()) {
                return problem;
            }
            context.pause(left.compareTo(StepContext.LOOK) < 0 ? left : StepContext.LOOK);
        }
    }

    private CanaryAnalysis.Against against(CallTotals before) {
        CallTotals now = workers.tally(Role.ACTIVE);
        long requests = Math.max(0, now.requests() - before.requests());
        long errors = Math.min(requests, Math.max(0, now.errors() - before.errors()));
        RecentCallSummary canary = workers.statistics(Role.CANARY);
        RecentCallSummary active = workers.statistics(Role.ACTIVE);
        long enough = policy.get().minRequests();
        boolean known = canary.requests() >= enough && active.requests() >= enough;
        boolean slower = known && CanaryAnalysis.isSlower(p95(canary), p95(active));
        String latency = known
                ? "p95 " + millis(p95(canary)) + " ms, of the active worker " + millis(p95(active)) + " ms"
                : "too few calls to compare latency";
        return new CanaryAnalysis.Against(requests, errors, slower, latency);
    }

    private static Duration p95(RecentCallSummary statistics) {
        return statistics.p95().orElse(Duration.ZERO);
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() * 10.0 / NANOS_PER_MILLI) / 10.0;
    }
}
