package io.weathervane.bench;

import java.util.Arrays;

/** Nanoseconds, many of them, and their order statistics. Not thread-safe. */
final class Samples {
    private long[] values = new long[1 << 10];
    private int size;

    void add(long nanos) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = nanos;
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    long[] values() {
        return Arrays.copyOf(values, size);
    }

    long median() {
        return percentile(50);
    }

    /** The smallest value that this share of the values does not exceed; 0 when there are none. */
    long percentile(double percent) {
        long[] sorted = values();
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * size);
        return size == 0 ? 0 : sorted[Math.max(0, rank - 1)];
    }

    long max() {
        return percentile(100);
    }

    /** Median and 99th percentile. */
    String show() {
        return "p50 " + Show.nanos(median()) + ", p99 " + Show.nanos(percentile(99));
    }
}
