package io.weathervane.baseline;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.worker.ToolCallCounts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The records in the database: a row for each release, period and tool. Bounded: {@link #RELEASES_MAX} releases, {@link
 * HourlyReleaseCallCounts#PERIODS_MAX} periods of each, {@link PeriodCallCounts#TOOLS_MAX} tools in each.
 */
final class ReleaseRecordStore {
    /** Releases that have a record; the one that was active longest ago is forgotten. */
    static final int RELEASES_MAX = 8;

    /** Characters of what a row has beside its counts; a histogram of all buckets is shorter. */
    private static final int DETAIL_MAX = 8_192;

    private static final int ROWS_MAX = (HourlyReleaseCallCounts.PERIODS_MAX + 1) * (PeriodCallCounts.TOOLS_MAX + 1);

    private static final String COMPONENT = "release-records";

    private static final List<List<String>> VERSIONS = List.of(List.of("""
        CREATE TABLE release_records (
          release TEXT NOT NULL,
          period INTEGER NOT NULL,
          tool TEXT NOT NULL,
          calls INTEGER NOT NULL,
          failed INTEGER NOT NULL,
          tool_errors INTEGER NOT NULL,
          detail TEXT NOT NULL,
          PRIMARY KEY (release, period, tool)) STRICT, WITHOUT ROWID\
        """, """
        CREATE TABLE release_record_labels (
          release TEXT PRIMARY KEY,
          label TEXT NOT NULL,
          number INTEGER NOT NULL) STRICT\
        """));

    private static final String SAVE = """
        INSERT INTO release_records (release, period, tool, calls, failed, tool_errors, detail)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
        FROM json_each(?)\
        """;

    private static final String DROP =
            "DELETE FROM release_records WHERE release = ? AND period NOT IN (SELECT value FROM json_each(?))";

    private static final String TOUCH = """
        INSERT INTO release_record_labels (release, label, number)
        VALUES (?, ?, (SELECT coalesce(max(number), 0) + 1 FROM release_record_labels))
        ON CONFLICT (release) DO UPDATE SET label = excluded.label, number = excluded.number\
        """;

    private static final String FORGET_OTHERS = """
        DELETE FROM release_record_labels WHERE release NOT IN
          (SELECT release FROM release_record_labels ORDER BY number DESC LIMIT ?)\
        """;

    private final Database database;

    /**
     * What is to be written of one release.
     *
     * @param label its name, for people who look into the table
     * @param rows all of each period that has changed
     * @param kept the periods that have not: the others are dropped
     */
    record Change(String release, String label, List<ReleaseRecordRow> rows, List<Long> kept) {
        Change {
            rows = List.copyOf(rows);
            kept = List.copyOf(kept);
        }
    }

    ReleaseRecordStore(Database database) {
        this.database = database;
    }

    /** The record as it is stored. */
    HourlyReleaseCallCounts read(String release) {
        return database.read(sql -> hasTables(sql) ? read(sql, release) : HourlyReleaseCallCounts.NONE);
    }

    /** The tables are made with the first record: a start needs none of this. */
    private static boolean hasTables(SqlTransaction sql) throws SQLException {
        return sql.exists("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'release_records'");
    }

    private static HourlyReleaseCallCounts read(SqlTransaction sql, String release) throws SQLException {
        List<ReleaseRecordRow> rows = sql.query(
                "SELECT period, tool, calls, failed, tool_errors, substr(detail, 1, ?) AS detail FROM release_records"
                        + " WHERE release = ? ORDER BY period DESC, tool LIMIT ?",
                row -> new ReleaseRecordRow(
                        row.number("period"),
                        row.text("tool"),
                        new ToolCallCounts(row.number("calls"), row.number("failed"), row.number("tool_errors")),
                        row.optionalText("detail").orElse("null")),
                DETAIL_MAX,
                release,
                ROWS_MAX);
        return recordOf(rows);
    }

    /** @param rows newest period first, in each that of all calls first */
    private static HourlyReleaseCallCounts recordOf(List<ReleaseRecordRow> rows) {
        List<HourlyCallCountsEntry> periods = new ArrayList<>();
        Map<String, ToolCallTotals> tools = new HashMap<>();
        long period = 0;
        for (int index = rows.size() - 1; index >= 0; index--) {
            ReleaseRecordRow row = rows.get(index);
            if (!tools.isEmpty() && row.period() != period) {
                throw incomplete(period);
            }
            period = row.period();
            if (row.tool().equals(ReleaseRecordRow.ALL)) {
                periods.add(RecordRowDetailCodec.readPeriod(row, tools));
                tools = new HashMap<>();
            } else {
                tools.put(row.tool(), RecordRowDetailCodec.readTool(row));
            }
        }
        if (!tools.isEmpty()) {
            throw incomplete(period);
        }
        return new HourlyReleaseCallCounts(periods);
    }

    private static RecordCorruptException incomplete(long period) {
        return new RecordCorruptException("period " + period + " has no row of all its calls");
    }

    /** Writes what has changed, and drops what is beyond the bounds. Does not wait longer for another program's lock. */
    void save(Change change, Duration patience) {
        if (!database.read(ReleaseRecordStore::hasTables)) {
            database.migrate(COMPONENT, VERSIONS);
        }
        database.writeBriefly(
                sql -> {
                    write(sql, change);
                    return true;
                },
                patience);
    }

    private static void write(SqlTransaction sql, Change change) {
        sql.updateLater(DROP, change.release(), change.kept().toString());
        sql.updateLater(TOUCH, change.release(), change.label());
        change.rows()
                .forEach(row -> sql.updateForEachLater(
                        SAVE,
                        change.release(),
                        row.period(),
                        row.tool(),
                        row.calls().requests(),
                        row.calls().errors(),
                        row.calls().toolErrors(),
                        row.detail()));
        sql.updateLater(FORGET_OTHERS, RELEASES_MAX);
        sql.updateLater("DELETE FROM release_records WHERE release NOT IN (SELECT release FROM release_record_labels)");
    }
}
