package io.weathervane.flags;

import java.time.Instant;
import java.util.Optional;

/**
 * One change of one row of {@code settings}, by whatever way it came.
 *
 * @param to empty when the row was deleted, or set to NULL
 * @param auditSeq the audit event that says why; empty for the first seeding
 */
public record FlagHistoryRow(
        Instant at, String key, Optional<String> from, Optional<String> to, String actor, Optional<Long> auditSeq) {}
