package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Compares the history of {@code settings} with the chain. Each of its rows names the event that tells of the change, in
 * the same transaction, so a row whose event is missing or differs shows that events were removed.
 */
final class SettingsHistoryVerifier {
    private static final String WITHOUT_EVENT = """
        SELECT h.seq, h.key, h.audit_seq FROM settings_history h
        LEFT JOIN audit_events e ON e.seq = h.audit_seq
        WHERE h.audit_seq > 0 AND %s
          AND (e.seq IS NULL OR e.kind <> 'flag-changed'
            OR (h.key NOT GLOB '*[^A-Z0-9_]*' AND length(h.key) < 100 AND json_extract(e.payload, '$.key') <> h.key))
        ORDER BY h.seq LIMIT 1\
        """;

    private SettingsHistoryVerifier() {}

    /** The first row without its event, as a sentence. */
    static Optional<String> all(Database database) {
        return database.read(sql -> find(sql, "1"));
    }

    /** The same for the newest row only, which takes no time. */
    static Optional<String> newest(Database database) {
        return database.read(sql ->
                find(sql, "h.seq = (SELECT seq FROM settings_history WHERE audit_seq > 0 ORDER BY seq DESC LIMIT 1)"));
    }

    private static Optional<String> find(SqlTransaction sql, String which) throws SQLException {
        boolean hasHistory =
                sql.exists("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'settings_history'");
        return hasHistory
                ? sql.first(
                        WITHOUT_EVENT.formatted(which),
                        row -> "event " + row.number("audit_seq") + " is missing: settings_history row "
                                + row.number("seq") + " says that it tells of a change of "
                                + AuditValueFormatter.escaped(row.text("key")))
                : Optional.empty();
    }
}
