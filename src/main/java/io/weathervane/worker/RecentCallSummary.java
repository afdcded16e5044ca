package io.weathervane.worker;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The newest calls of a worker: how many failed, and how long they took. Only so many are kept, so on a quiet day they
 * may be hours old; see {@link CallTotals} for what counts as a call and as a failure.
 *
 * @param requests the calls looked at
 * @param p50 half of them took at most so long; empty when there were none
 */
public record RecentCallSummary(
        long requests, long errors, Optional<Duration> p50, Optional<Duration> p95, Optional<Duration> p99) {
    public static final RecentCallSummary NONE =
            new RecentCallSummary(0, 0, Optional.empty(), Optional.empty(), Optional.empty());

    /** The share of failed calls, from 0 to 1; empty when there were no calls. */
    public OptionalDouble errorRate() {
        return requests == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) errors / requests);
    }

    /**
     * The statistics of these calls.
     *
     * @param nanos what each call took; sorted in place
     */
    public static RecentCallSummary of(long[] nanos, long errors) {
        Arrays.sort(nanos);
        return new RecentCallSummary(
                nanos.length, errors, percentile(nanos, 50), percentile(nanos, 95), percentile(nanos, 99));
    }

    /** By nearest rank: a time that a call really took. */
    private static Optional<Duration> percentile(long[] sorted, int percent) {
        if (sorted.length == 0) {
            return Optional.empty();
        }
        int rank = (sorted.length * percent + 99) / 100;
        return Optional.of(Duration.ofNanos(sorted[rank - 1]));
    }
}
