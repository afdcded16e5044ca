package io.weathervane.store;

import java.time.Duration;

/**
 * Limits of the store under pressure.
 *
 * @param busyTimeout longest wait for a lock that another program holds
 * @param sizeLimitBytes most bytes the file may grow to; a write beyond it fails as {@link StoreException.Kind#FULL}
 * @param deferredPace pause between two attempts of {@link DeferredWrites}
 */
public record StoreOptions(Duration busyTimeout, long sizeLimitBytes, Duration deferredPace) {
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);
    private static final long SIZE_LIMIT_BYTES = 4L << 30; // 4 GiB
    private static final Duration LATE_PACE = Duration.ofMillis(250);

    public StoreOptions {
        if (busyTimeout.isNegative() || busyTimeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("busyTimeout must be from 0 to 24 days, was " + busyTimeout);
        }
        if (sizeLimitBytes < 1) {
            throw new IllegalArgumentException("sizeLimitBytes must be >= 1, was " + sizeLimitBytes);
        }
        if (deferredPace.isNegative() || deferredPace.isZero()) {
            throw new IllegalArgumentException("deferredPace must be longer than 0, was " + deferredPace);
        }
    }

    public StoreOptions(Duration busyTimeout, long sizeLimitBytes) {
        this(busyTimeout, sizeLimitBytes, LATE_PACE);
    }

    public static StoreOptions defaults() {
        return new StoreOptions(BUSY_TIMEOUT, SIZE_LIMIT_BYTES);
    }
}
