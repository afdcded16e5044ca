package io.weathervane.worker;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Histogram of call durations, in buckets of which each is at most an eighth wider than the one before, so that
 * histograms of several runs add up without loss.
 *
 * @param buckets number of calls by bucket; buckets without a call are absent
 */
public record LatencyHistogram(Map<Integer, Long> buckets) {
    public static final LatencyHistogram NONE = new LatencyHistogram(Map.of());

    /** Buckets for each power of two. */
    private static final int PER_OCTAVE = 8;

    private static final int OCTAVE_BITS = 3;

    /** A unit is 1,024 ns. */
    private static final int UNIT_BITS = 10;

    /** The last bucket: calls of about half an hour and more. */
    public static final int BUCKET_MAX = 231;

    private static final int P95 = 95;

    public LatencyHistogram {
        buckets = Map.copyOf(buckets);
    }

    /** Counts calls; not safe for use by more than one thread. */
    public static final class Accumulator {
        private int[] counts = new int[0];

        /** Counts a call of this length. */
        public void add(long nanos) {
            int bucket = bucketOf(nanos);
            if (bucket >= counts.length) {
                counts = Arrays.copyOf(counts, bucket + 1);
            }
            counts[bucket]++;
        }

        /** Histogram of the calls counted until now. */
        public LatencyHistogram counted() {
            Map<Integer, Long> buckets = new TreeMap<>();
            for (int bucket = 0; bucket < counts.length; bucket++) {
                if (counts[bucket] > 0) {
                    buckets.put(bucket, (long) counts[bucket]);
                }
            }
            return new LatencyHistogram(buckets);
        }
    }

    static int bucketOf(long nanos) {
        long units = Math.max(0, nanos) >> UNIT_BITS;
        if (units < PER_OCTAVE) {
            return (int) units;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - OCTAVE_BITS;
        long bucket = (long) PER_OCTAVE * shift + (units >> shift);
        return (int) Math.min(BUCKET_MAX, bucket);
    }

    /** No call of the bucket took longer. */
    private static long upperNanos(int bucket) {
        int shift = Math.max(0, bucket / PER_OCTAVE - 1);
        long units = bucket - (long) PER_OCTAVE * shift + 1;
        return ((units << shift) << UNIT_BITS) - 1;
    }

    /** The end of the bucket that this time is in: calls above it can be counted exactly. */
    public static long limitNanos(long nanos) {
        return upperNanos(bucketOf(nanos));
    }

    public long calls() {
        return buckets.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The calls of both. */
    public LatencyHistogram plus(LatencyHistogram other) {
        Map<Integer, Long> sum = new TreeMap<>(buckets);
        other.buckets.forEach((bucket, calls) -> sum.merge(bucket, calls, Long::sum));
        return new LatencyHistogram(sum);
    }

    /** The calls since that was counted; all of them when it is no earlier state of this one. */
    public LatencyHistogram since(LatencyHistogram earlier) {
        Map<Integer, Long> rest = new TreeMap<>();
        for (Map.Entry<Integer, Long> bucket : buckets.entrySet()) {
            long calls = bucket.getValue() - earlier.buckets.getOrDefault(bucket.getKey(), 0L);
            if (calls < 0) {
                return this;
            }
            if (calls > 0) {
                rest.put(bucket.getKey(), calls);
            }
        }
        return new LatencyHistogram(rest);
    }

    /** Nineteen of twenty calls took at most so long; empty without calls. */
    public OptionalLong p95Nanos() {
        long rank = (calls() * P95 + 99) / 100;
        long seen = 0;
        for (Map.Entry<Integer, Long> bucket : new TreeMap<>(buckets).entrySet()) {
            seen += bucket.getValue();
            if (seen >= rank) {
                return OptionalLong.of(upperNanos(bucket.getKey()));
            }
        }
        return OptionalLong.empty();
    }

    /** The calls that took longer than a {@link #limitNanos limit}. */
    public long callsAbove(long limitNanos) {
        return buckets.entrySet().stream()
                .filter(bucket -> upperNanos(bucket.getKey()) > limitNanos)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
