package io.weathervane.flags;

import java.time.Instant;
import java.util.Optional;

/**
 * One change of one row of {@code settings}, by whatever way it came.
 *
 * @param to empty when the row was deleted, or set to NULL
 * @param audited the event of the audit that records it; empty for the first seeding
 */
public record FlagHistoryRow(
        Instant at, String key, Optional<String> from, Optional<String> to, String actor, Optional<Audited> audited) {
    /**
     * Event of the audit.
     *
     * @param cause why, in the words of who did it or of the server
     */
    public record Audited(long seq, String cause) {}
}
