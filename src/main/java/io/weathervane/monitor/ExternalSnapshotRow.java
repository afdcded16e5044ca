package io.weathervane.monitor;

import java.util.OptionalLong;

/**
 * A row that another program put into {@code operations_snapshots}.
 *
 * @param errorRate 0 to 1
 * @param failureCount operations that failed back to back
 * @param requests what the rate was counted on, when the row says it; a row that does not is believed
 */
public record ExternalSnapshotRow(long rowId, double errorRate, long failureCount, OptionalLong requests) {
    public ExternalSnapshotRow {
        if (!(errorRate >= 0 && errorRate <= 1)) {
            throw new IllegalArgumentException("errorRate must be between 0 and 1, was " + errorRate);
        }
        if (failureCount < 0) {
            throw new IllegalArgumentException("failureCount must be >= 0, was " + failureCount);
        }
    }

    /** Whether the rate rests on enough requests to say something. */
    boolean conclusive(long minRequests) {
        return requests.isEmpty() || requests.getAsLong() >= minRequests;
    }
}
