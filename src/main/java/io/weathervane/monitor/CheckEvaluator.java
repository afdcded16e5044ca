package io.weathervane.monitor;

import static io.weathervane.monitor.RuleCondition.Unit.RATE;

import io.weathervane.monitor.ErrorRateCalculator.Rate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges one check: passed, inconclusive, breach or hard failure. */
final class CheckEvaluator {
    private CheckEvaluator() {}

    /** @param before the checks of the window before this one */
    static CheckRecord judge(
            Observation seen,
            List<CheckRecord> before,
            MonitorPolicy policy,
            BaselineAdjustedLimits limits,
            Instant now) {
        Rate rate = ErrorRateCalculator.ofCheck(seen, before, policy);
        boolean over = isOver(seen, rate, limits);
        Optional<String> hard = hardFailure(seen, over, policy, limits);
        if (hard.isPresent()) {
            return record(now, seen, rate, CheckVerdict.HARD_FAILURE, hard.get());
        }
        if (over) {
            return record(now, seen, rate, CheckVerdict.BREACH, rateText(rate, " > ", limits));
        }
        if (seen.requests() == 0 && seen.calls().unanswered() > 0) {
            return record(now, seen, rate, CheckVerdict.BREACH, unansweredText(seen));
        }
        if (seen.probe().outcome() == HealthProbeVerdict.UNKNOWN) {
            return record(
                    now,
                    seen,
                    rate,
                    CheckVerdict.INCONCLUSIVE,
                    "probe result unknown: " + seen.probe().detail());
        }
        if (rate.value().isEmpty()) {
            return record(
                    now,
                    seen,
                    rate,
                    CheckVerdict.INCONCLUSIVE,
                    seen.requests() == 0 ? "no call ended" : "too little traffic for an error rate");
        }
        return record(now, seen, rate, CheckVerdict.PASSED, rateText(rate, " is not > ", limits));
    }

    /** A pooled rate only counts against a check that has failures of its own. */
    private static boolean isOver(Observation seen, Rate rate, BaselineAdjustedLimits limits) {
        boolean contributed = rate.source() != ObservedRateSource.WINDOW || seen.errors() > 0;
        return contributed && rate.value().isPresent() && rate.value().getAsDouble() > limits.errorRate();
    }

    private static Optional<String> hardFailure(
            Observation seen, boolean over, MonitorPolicy policy, BaselineAdjustedLimits limits) {
        if (seen.probe().outcome() == HealthProbeVerdict.NO_WORKER) {
            return Optional.of("no active worker");
        }
        if (seen.probe().outcome() == HealthProbeVerdict.FAILED) {
            return Optional.of("probe failed: " + seen.probe().detail());
        }
        if (!over) {
            return Optional.empty();
        }
        long own =
                seen.calls().failureRun() >= limits.backToBack() ? seen.calls().failureRun() : 0;
        long external = externalRun(seen, policy);
        if (external >= MonitorPolicy.BACK_TO_BACK_FAILURES && external > own) {
            return Optional.of(backToBack(external, MonitorPolicy.BACK_TO_BACK_FAILURES));
        }
        return own > 0 ? Optional.of(backToBack(own, limits.backToBack())) : Optional.empty();
    }

    /** Whether these hard failures are by calls of our own that failed back to back, and by nothing else. */
    static boolean areByOwnCalls(List<CheckRecord> hard, MonitorPolicy policy) {
        return hard.stream().allMatch(check -> isByOwnCalls(check, policy));
    }

    private static boolean isByOwnCalls(CheckRecord check, MonitorPolicy policy) {
        HealthProbeVerdict probe = check.observation().probe().outcome();
        return probe != HealthProbeVerdict.NO_WORKER
                && probe != HealthProbeVerdict.FAILED
                && externalRun(check.observation(), policy) < MonitorPolicy.BACK_TO_BACK_FAILURES;
    }

    private static String backToBack(long run, long limit) {
        return run + " operations failed back to back, limit " + limit;
    }

    private static long externalRun(Observation seen, MonitorPolicy policy) {
        return seen.external()
                .filter(row -> row.conclusive(policy.minRequests()))
                .map(ExternalSnapshotRow::failureCount)
                .orElse(0L);
    }

    private static String unansweredText(Observation seen) {
        return "no call ended; calls that wait, or that their callers gave up, much longer than those of the previous"
                + " worker took: " + seen.calls().unanswered();
    }

    private static String rateText(Rate rate, String comparison, BaselineAdjustedLimits limits) {
        return "error rate " + RuleCondition.format(rate.value().orElseThrow(), RATE) + comparison
                + RuleCondition.format(limits.errorRate(), RATE);
    }

    private static CheckRecord record(Instant now, Observation seen, Rate rate, CheckVerdict verdict, String detail) {
        return new CheckRecord(now, seen, rate.value(), rate.source(), verdict, detail);
    }
}
