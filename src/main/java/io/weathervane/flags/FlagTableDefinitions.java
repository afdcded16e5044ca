package io.weathervane.flags;

import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables of the flags, and the triggers that record every change of {@code settings} in the writer's own
 * transaction, whichever program the writer is.
 *
 * <p>{@code INSERT OR REPLACE} fires neither the update nor (by default) the delete trigger, so the row that it is
 * about to replace is put aside before the insert and compared after it: an insert that was ignored, or wrote the
 * same value again, leaves no history. The triggers carry no conflict clause of their own, because SQLite would
 * replace it by the one of the statement that fired them.
 */
final class FlagTableDefinitions {
    static final String COMPONENT = "flags";

    static final List<List<String>> VERSIONS = List.of(List.of(
            "CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT)",
            """
            CREATE TABLE settings_history (
              seq INTEGER PRIMARY KEY AUTOINCREMENT,
              at TEXT NOT NULL,
              key TEXT NOT NULL,
              old_value,
              new_value,
              removed INTEGER NOT NULL DEFAULT 0,
              actor TEXT,
              audit_seq INTEGER)\
            """,
            "CREATE INDEX settings_history_by_key ON settings_history (key, seq)",
            "CREATE INDEX settings_history_pending ON settings_history (seq) WHERE audit_seq IS NULL",
            "CREATE TABLE settings_replaced (key TEXT, value)",
            "CREATE TABLE settings_held (key TEXT PRIMARY KEY, value TEXT)",
            """
            CREATE TABLE kill_switch_state (
              id INTEGER PRIMARY KEY CHECK (id = 1),
              engaged INTEGER NOT NULL,
              since TEXT,
              actor TEXT,
              reason TEXT,
              promotion_id TEXT,
              revision INTEGER NOT NULL,
              epoch INTEGER NOT NULL)\
            """,
            "INSERT INTO kill_switch_state (id, engaged, revision, epoch) VALUES (1, 0, 0, 0)"));

    private static final String NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
    private static final String OLD_VALUE = kept("OLD.value");
    private static final String NEW_VALUE = kept("NEW.value");

    private static final List<String> TRIGGERS = List.of(
            """
            CREATE TRIGGER IF NOT EXISTS settings_inserting BEFORE INSERT ON settings BEGIN
              DELETE FROM settings_replaced;
              INSERT INTO settings_replaced (key, value) SELECT key, value FROM settings WHERE key = NEW.key;
            END\
            """,
            """
            CREATE TRIGGER IF NOT EXISTS settings_inserted AFTER INSERT ON settings
            WHEN NEW.key IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM settings_replaced WHERE key = NEW.key AND value IS NEW.value)
            BEGIN
              INSERT INTO settings_history (at, key, old_value, new_value)
              VALUES (%s, NEW.key, (SELECT %s FROM settings_replaced WHERE key = NEW.key), %s);
            END\
            """.formatted(NOW, kept("value"), NEW_VALUE),
            """
            CREATE TRIGGER IF NOT EXISTS settings_updated AFTER UPDATE ON settings
            WHEN NEW.key = OLD.key AND NEW.value IS NOT OLD.value
            BEGIN
              INSERT INTO settings_history (at, key, old_value, new_value) VALUES (%s, NEW.key, %s, %s);
            END\
            """.formatted(NOW, OLD_VALUE, NEW_VALUE),
            """
            CREATE TRIGGER IF NOT EXISTS settings_renamed AFTER UPDATE ON settings
            WHEN NEW.key IS NOT OLD.key
            BEGIN
              INSERT INTO settings_history (at, key, old_value, removed)
              SELECT %1$s, OLD.key, %2$s, 1 WHERE OLD.key IS NOT NULL;
              INSERT INTO settings_history (at, key, new_value)
              SELECT %1$s, NEW.key, %3$s WHERE NEW.key IS NOT NULL;
            END\
            """.formatted(NOW, OLD_VALUE, NEW_VALUE),
            """
            CREATE TRIGGER IF NOT EXISTS settings_deleted AFTER DELETE ON settings
            WHEN OLD.key IS NOT NULL
            BEGIN
              INSERT INTO settings_history (at, key, old_value, removed) VALUES (%s, OLD.key, %s, 1);
            END\
            """.formatted(NOW, OLD_VALUE));

    private FlagTableDefinitions() {}

    /** What the history keeps of a value: the start of a long one, so that history stays small. */
    private static String kept(String column) {
        return "substr(" + column + ", 1, " + (StoredFlagValue.LENGTH_MAX + 1) + ")";
    }

    /** Puts the triggers (and a dropped {@code settings} table) back; costs one look when all is there. */
    static void ensure(SqlTransaction sql) throws SQLException {
        int present = sql.first(
                        "SELECT count(*) AS n FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'settings'"
                                + " AND name IN ('settings_inserting', 'settings_inserted', 'settings_updated',"
                                + " 'settings_renamed', 'settings_deleted')",
                        row -> row.count("n"))
                .orElse(0);
        if (present == TRIGGERS.size()) {
            return;
        }
        sql.update(VERSIONS.get(0).get(0));
        for (String trigger : TRIGGERS) {
            sql.update(trigger);
        }
    }
}
