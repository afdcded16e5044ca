package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Content of the flag tables at one moment, as it stands there.
 *
 * @param rows each flag that has a row in {@code settings}
 * @param settings the readable rows that are not flags
 * @param engagement the kill switch as the server last recorded it; null when it was off
 * @param revision grows with every change the server commits; a smaller one means another, older database
 */
record FlagTablesSnapshot(
        Map<String, StoredFlagValue> rows,
        Map<String, String> settings,
        Map<String, String> held,
        @Nullable EngagementRecord engagement,
        long revision,
        long epoch) {
    /** Most rows of {@code settings} that are read beside the flags. */
    static final int SETTINGS_MAX = 1_000;

    private static final String ROWS = "SELECT key, " + StoredFlagValue.columns("value") + " FROM settings WHERE key ";

    static FlagTablesSnapshot load(SqlTransaction sql, FlagCatalog catalog) throws SQLException {
        String keys = keysAsJson(catalog);
        Map<String, StoredFlagValue> rows = new HashMap<>();
        sql.query(ROWS + "IN (SELECT value FROM json_each(?))", FlagTablesSnapshot::row, keys)
                .forEach(row -> rows.put(row.getKey(), row.getValue()));
        State state = sql.first(
                        "SELECT engaged, since, actor, reason, promotion_id, revision, epoch FROM kill_switch_state",
                        State::read)
                .orElse(State.NONE);
        return new FlagTablesSnapshot(
                Map.copyOf(rows), settings(sql, keys), held(sql), state.engagement(), state.revision(), state.epoch());
    }

    /**
     * Rows whose value is not the last one in the history: written while the triggers were not there, such as before
     * the first start. Their order is not known; the kill switch comes last, so that it holds what the others are.
     */
    static List<UnauditedChange> unrecorded(SqlTransaction sql, FlagCatalog catalog) throws SQLException {
        return sql.query(
                "SELECT 0 AS seq, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS at, s.key AS key, 0 AS removed, "
                        + StoredFlagValue.columns("h.new_value", "old_value") + ", "
                        + StoredFlagValue.columns("s.value", "new_value")
                        + " FROM settings s LEFT JOIN settings_history h"
                        + " ON h.seq = (SELECT max(seq) FROM settings_history WHERE key = s.key)"
                        + " WHERE s.key IN (SELECT value FROM json_each(?))"
                        + " AND (h.seq IS NULL OR h.removed OR h.new_value IS NOT substr(s.value, 1, "
                        + (StoredFlagValue.LENGTH_MAX + 1) + "))"
                        + " ORDER BY s.key = '" + FlagCatalog.KILL_SWITCH + "'",
                UnauditedChange::read,
                keysAsJson(catalog));
    }

    private static Map<String, String> settings(SqlTransaction sql, String keys) throws SQLException {
        return readable(sql.query(
                ROWS + "NOT IN (SELECT value FROM json_each(?)) LIMIT " + SETTINGS_MAX, FlagTablesSnapshot::row, keys));
    }

    private static Map<String, String> held(SqlTransaction sql) throws SQLException {
        return readable(sql.query(
                "SELECT key, " + StoredFlagValue.columns("value") + " FROM settings_held WHERE key IS NOT NULL LIMIT "
                        + FlagCatalog.FLAGS_MAX,
                FlagTablesSnapshot::row));
    }

    private static Map.Entry<String, StoredFlagValue> row(SqlRow row) throws SQLException {
        return Map.entry(row.text("key"), StoredFlagValue.from(row, "value"));
    }

    private static Map<String, String> readable(List<Map.Entry<String, StoredFlagValue>> rows) {
        return rows.stream()
                .filter(row -> row.getValue().readable())
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, row -> row.getValue().text(), (one, other) -> other));
    }

    /** Keys are capital letters, digits and underscores, so they need no escaping. */
    private static String keysAsJson(FlagCatalog catalog) {
        return catalog.all().stream()
                .map(definition -> '"' + definition.key() + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }

    private record State(@Nullable EngagementRecord engagement, long revision, long epoch) {
        static final State NONE = new State(null, 0, 0);

        static State read(SqlRow row) throws SQLException {
            EngagementRecord engagement = row.isSet("engaged")
                    ? new EngagementRecord(
                            row.optionalText("since")
                                    .flatMap(UnauditedChange::time)
                                    .orElse(Instant.EPOCH),
                            new Actor(row.optionalText("actor").orElse("unknown")),
                            row.optionalText("reason").orElse("unknown"),
                            row.optionalText("promotion_id"))
                    : null;
            return new State(engagement, row.number("revision"), row.number("epoch"));
        }
    }
}
