package io.weathervane.monitor;

import static io.weathervane.monitor.Condition.Unit.RATE;

import io.weathervane.monitor.ErrorRates.Rate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges one check: passed, inconclusive, breach or hard failure. */
final class Judge {
    private Judge() {}

    /** @param before the checks of the window before this one */
    static CheckRecord judge(Observation seen, List<CheckRecord> before, MonitorPolicy policy, Instant now) {
        Rate rate = ErrorRates.ofCheck(seen, before, policy);
        boolean over = isOver(seen, rate, policy);
        Optional<String> hard = hardFailure(seen, over, policy);
        if (hard.isPresent()) {
            return record(now, seen, rate, Verdict.HARD_FAILURE, hard.get());
        }
        if (over) {
            return record(now, seen, rate, Verdict.BREACH, rateText(rate, " > ", policy));
        }
        if (seen.probe() == ProbeOutcome.UNKNOWN) {
            return record(now, seen, rate, Verdict.INCONCLUSIVE, "probe result unknown: " + seen.probeDetail());
        }
        if (rate.value().isEmpty()) {
            return record(now, seen, rate, Verdict.INCONCLUSIVE, "too little traffic for an error rate");
        }
        return record(now, seen, rate, Verdict.PASSED, rateText(rate, " is not > ", policy));
    }

    /** A pooled rate only counts against a check that has failures of its own. */
    private static boolean isOver(Observation seen, Rate rate, MonitorPolicy policy) {
        boolean contributed = rate.source() != RateSource.WINDOW || seen.errors() > 0;
        return contributed && rate.value().isPresent() && rate.value().getAsDouble() > policy.errorRateThreshold();
    }

    private static Optional<String> hardFailure(Observation seen, boolean over, MonitorPolicy policy) {
        if (seen.probe() == ProbeOutcome.NO_WORKER) {
            return Optional.of("no active worker");
        }
        if (seen.probe() == ProbeOutcome.FAILED) {
            return Optional.of("probe failed: " + seen.probeDetail());
        }
        long run = Math.max(seen.failureRun(), externalRun(seen, policy));
        return over && run >= MonitorPolicy.BACK_TO_BACK_FAILURES
                ? Optional.of(run + " operations failed back to back, limit " + MonitorPolicy.BACK_TO_BACK_FAILURES)
                : Optional.empty();
    }

    private static long externalRun(Observation seen, MonitorPolicy policy) {
        return seen.external()
                .filter(row -> row.conclusive(policy.minRequests()))
                .map(ExternalSnapshot::failureCount)
                .orElse(0L);
    }

    private static String rateText(Rate rate, String comparison, MonitorPolicy policy) {
        return "error rate " + Condition.format(rate.value().orElseThrow(), RATE) + comparison
                + Condition.format(policy.errorRateThreshold(), RATE);
    }

    private static CheckRecord record(Instant now, Observation seen, Rate rate, Verdict verdict, String detail) {
        return new CheckRecord(now, seen, rate.value(), rate.source(), verdict, detail);
    }
}
