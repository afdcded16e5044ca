package io.weathervane.audit;

import java.time.Duration;
import java.time.Instant;

/**
 * Identification of the event that a line of a projected file is for, as far as the line gives it. Texts are left out:
 * a release may write them in another way.
 *
 * @param seq the event's place in the chain; 0 in a file that does not name it
 * @param at to the precision of the file
 * @param word what the line says happened: the decision, the type, or ACTIVATED and RESET
 */
record ParsedAuditLine(long seq, Instant at, Duration precision, String word) {
    /** Whether the chain has that event. */
    boolean isKnownTo(AuditLog log) {
        return seq > 0
                ? log.rowsAfter(seq - 1, 1).stream().anyMatch(row -> row.seq() == seq && row.at() == at.toEpochMilli())
                : log.hasKillSwitchEvent(word.equals(AuditFileFormat.ACTIVATED), at, at.plus(precision));
    }
}
