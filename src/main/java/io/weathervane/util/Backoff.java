package io.weathervane.util;

import java.time.Duration;

/**
 * Growing pauses between tries of what fails again and again: each is twice as long as the one before, up to the longest.
 *
 * @param first the pause after the first failure; all are zero when it is
 * @param most the longest pause
 */
public record Backoff(Duration first, Duration most) {
    /** So often is a pause doubled at most: a nanosecond becomes 146 years. */
    private static final int DOUBLINGS_MAX = 62;

    public Backoff {
        if (first.isNegative() || most.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "the first pause must be >= 0 and at most the longest, was " + first + " and " + most);
        }
    }

    /**
     * The pause before the next try.
     *
     * @param failures so many in a row, 1 after the first one
     */
    public Duration after(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be >= 1, was " + failures);
        }
        long factor = 1L << Math.min(failures - 1, DOUBLINGS_MAX);
        return first.compareTo(most.dividedBy(factor)) > 0 ? most : first.multipliedBy(factor);
    }
}
