package io.weathervane.monitor;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The error rates of a check and of a window. Too little traffic has no rate. */
final class ErrorRateCalculator {
    private ErrorRateCalculator() {}

    /** A rate and where it comes from. */
    record Rate(OptionalDouble value, ObservedRateSource source) {
        static final Rate NONE = new Rate(OptionalDouble.empty(), ObservedRateSource.NONE);

        Rate worse(Rate other) {
            if (value.isEmpty()) {
                return other;
            }
            return other.value.isPresent() && other.value.getAsDouble() > value.getAsDouble() ? other : this;
        }
    }

    /** Calls that we counted ourselves. */
    record Pool(long requests, long errors) {
        static Pool of(List<Observation> checks) {
            return new Pool(
                    checks.stream().mapToLong(Observation::requests).sum(),
                    checks.stream().mapToLong(Observation::errors).sum());
        }

        OptionalDouble rate(long minRequests) {
            return requests >= minRequests ? OptionalDouble.of((double) errors / requests) : OptionalDouble.empty();
        }
    }

    /** The rate of the newest check: the worse of our own count and the external row. */
    static Rate ofCheck(Observation seen, List<CheckRecord> before, MonitorPolicy policy) {
        return own(seen, before, policy).worse(external(seen, policy));
    }

    /**
     * A check without a single call has no rate of its own, whatever the checks before it had: otherwise one bad
     * burst would be counted again by every quiet check after it.
     */
    private static Rate own(Observation seen, List<CheckRecord> before, MonitorPolicy policy) {
        if (seen.requests() == 0) {
            return Rate.NONE;
        }
        if (seen.requests() >= policy.minRequests()) {
            return new Rate(
                    new Pool(seen.requests(), seen.errors()).rate(policy.minRequests()), ObservedRateSource.CHECK);
        }
        List<Observation> pooled = Stream.concat(before.stream().map(CheckRecord::observation), Stream.of(seen))
                .toList();
        OptionalDouble rate = Pool.of(pooled).rate(policy.minRequests());
        return rate.isPresent() ? new Rate(rate, ObservedRateSource.WINDOW) : Rate.NONE;
    }

    static Rate external(Observation seen, MonitorPolicy policy) {
        return seen.external()
                .filter(row -> row.conclusive(policy.minRequests()))
                .map(row -> new Rate(OptionalDouble.of(row.errorRate()), ObservedRateSource.EXTERNAL))
                .orElse(Rate.NONE);
    }

    /** The mean of the rows that the window's checks saw. */
    static OptionalDouble pooledExternal(List<CheckRecord> window, MonitorPolicy policy) {
        return window.stream()
                .map(check -> external(check.observation(), policy).value())
                .flatMapToDouble(OptionalDouble::stream)
                .average();
    }
}
