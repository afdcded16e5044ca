package io.weathervane.alert;

import io.weathervane.util.Backoff;
import java.time.Duration;

/**
 * Waits between the attempts to send an alert.
 *
 * @param firstRetry the wait after a first failure; it doubles with each further one
 * @param retryMax the longest wait
 */
public record AlertRetryOptions(Duration firstRetry, Duration retryMax) {
    /** An alert that no try brought through for so long is abandoned: 24 h. */
    static final Duration GIVE_UP_AFTER = Duration.ofHours(24);

    public AlertRetryOptions {
        if (firstRetry.isZero() || firstRetry.isNegative() || retryMax.compareTo(firstRetry) < 0) {
            throw new IllegalArgumentException("firstRetry must be above 0 and at most retryMax");
        }
    }

    public static AlertRetryOptions defaults() {
        return new AlertRetryOptions(Duration.ofSeconds(1), Duration.ofMinutes(5));
    }

    /**
     * The wait after so many failures: doubled, capped, and between half and all of that by chance, so that
     * many senders do not come back at once.
     *
     * @param chance from 0 to 1
     */
    Duration retryAfter(int failures, double chance) {
        long full = new Backoff(firstRetry, retryMax).after(failures).toMillis();
        return Duration.ofMillis(Math.round(full * (0.5 + chance / 2)));
    }
}
