package io.weathervane.flags;

import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * One recorded change of a row that another program made and that is not in the audit yet.
 *
 * @param to empty when the row was deleted
 */
record UnauditedChange(long seq, String at, String key, Optional<StoredFlagValue> from, Optional<StoredFlagValue> to) {
    /** Most entries read at once; more are read in turns. */
    static final int BATCH = 500;

    private static final String COLUMNS = "seq, at, key, removed, " + StoredFlagValue.columns("old_value") + ", "
            + StoredFlagValue.columns("new_value");

    /** The next entries after {@code seq} that are not in the audit. */
    static List<UnauditedChange> pendingAfter(SqlTransaction sql, long seq) throws SQLException {
        return sql.query(
                "SELECT " + COLUMNS + " FROM settings_history WHERE audit_seq IS NULL AND seq > ? ORDER BY seq LIMIT "
                        + BATCH,
                UnauditedChange::read,
                seq);
    }

    static UnauditedChange read(SqlRow row) throws SQLException {
        StoredFlagValue from = StoredFlagValue.from(row, "old_value");
        StoredFlagValue to = StoredFlagValue.from(row, "new_value");
        return new UnauditedChange(
                row.number("seq"),
                row.text("at"),
                row.text("key"),
                from.text().equals("NULL") && !from.readable() ? Optional.empty() : Optional.of(from),
                row.isSet("removed") ? Optional.empty() : Optional.of(to));
    }

    /** The time the trigger wrote; {@code fallback} when another program put something else there. */
    Instant time(Instant fallback) {
        return time(at).orElse(fallback);
    }

    static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
