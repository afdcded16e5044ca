package io.weathervane.baseline;

import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.ToolCallCounts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of one service in the database: a row for each release, period and tool. The same release of two services has
 * two records: their callers differ. Bounded: {@link #RELEASES_MAX} releases of a service, {@link
 * HourlyReleaseCallCounts#PERIODS_MAX} periods of each, {@link PeriodCallCounts#TOOLS_MAX} tools in each.
 */
final class ReleaseRecordStore {
    /** Releases of a service that have a record; the one that was active longest ago is forgotten. */
    static final int RELEASES_MAX = 8;

    /** Characters of what a row has beside its counts; a histogram of all buckets is shorter. */
    private static final int DETAIL_MAX = 8_192;

    private static final int ROWS_MAX = (HourlyReleaseCallCounts.PERIODS_MAX + 1) * (PeriodCallCounts.TOOLS_MAX + 1);

    private static final String COMPONENT = "release-records";

    private static final List<List<String>> VERSIONS = List.of(
            List.of("""
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
                """),
            List.of("ALTER TABLE release_record_labels ADD COLUMN service TEXT NOT NULL DEFAULT 'default'"));

    private static final String SAVE = """
        INSERT INTO release_records (release, period, tool, calls, failed, tool_errors, detail)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
        FROM json_each(?)\
        """;

    private static final String DROP =
            "DELETE FROM release_records WHERE release = ? AND period NOT IN (SELECT value FROM json_each(?))";

    private static final String TOUCH = """
        INSERT INTO release_record_labels (release, label, service, number)
        VALUES (?, ?, ?, (SELECT coalesce(max(number), 0) + 1 FROM release_record_labels))
        ON CONFLICT (release) DO UPDATE SET label = excluded.label, number = excluded.number\
        """;

    private static final String FORGET_OTHERS = """
        DELETE FROM release_record_labels WHERE service = ? AND release NOT IN
          (SELECT release FROM release_record_labels WHERE service = ? ORDER BY number DESC LIMIT ?)\
        """;

    private final Database database;
    private final String service;
    private volatile boolean migrated;

    /**
     * Change of one release's record to be written.
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

    ReleaseRecordStore(Database database, ServiceName service) {
        this.database = database;
        this.service = service.value();
    }

    /** What the rows of a release are found by; those of the default service were there before there were others. */
    private String key(String release) {
        return service.equals(ServiceName.DEFAULT.value()) ? release : service + "/" + release;
    }

    /** The record as it is stored. */
    HourlyReleaseCallCounts read(String release) {
        return database.read(sql -> hasTables(sql) ? read(sql, key(release)) : HourlyReleaseCallCounts.NONE);
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
        List<HourlyCallCountsEntry> entries = new ArrayList<>();
        Map<String, ToolCallTotals> tools = new HashMap<>();
        long period = 0;
        for (int index = rows.size() - 1; index >= 0; index--) {
            ReleaseRecordRow row = rows.get(index);
            if (!tools.isEmpty() && row.period() != period) {
                throw incomplete(period);
            }
            period = row.period();
            if (row.tool().equals(ReleaseRecordRow.ALL)) {
                entries.add(RecordRowDetailCodec.readPeriod(row, tools));
                tools = new HashMap<>();
            } else {
                tools.put(row.tool(), RecordRowDetailCodec.readTool(row));
            }
        }
        if (!tools.isEmpty()) {
            throw incomplete(period);
        }
        return new HourlyReleaseCallCounts(entries);
    }

    private static RecordCorruptException incomplete(long period) {
        return new RecordCorruptException("period " + period + " has no row of all its calls");
    }

    /** Writes what has changed, and drops what is beyond the bounds. Does not wait longer for another program's lock. */
    void save(Change change, Duration patience) {
        if (!migrated || !database.read(ReleaseRecordStore::hasTables)) {
            database.migrate(COMPONENT, VERSIONS);
            migrated = true;
        }
        database.writeBriefly(
                sql -> {
                    write(sql, change);
                    return true;
                },
                patience);
    }

    private void write(SqlTransaction sql, Change change) {
        String release = key(change.release());
        sql.updateLater(DROP, release, change.kept().toString());
        sql.updateLater(TOUCH, release, change.label(), service);
        change.rows()
                .forEach(row -> sql.updateForEachLater(
                        SAVE,
                        release,
                        row.period(),
                        row.tool(),
                        row.calls().requests(),
                        row.calls().errors(),
                        row.calls().toolErrors(),
                        row.detail()));
        sql.updateLater(FORGET_OTHERS, service, service, RELEASES_MAX);
        sql.updateLater("DELETE FROM release_records WHERE release NOT IN (SELECT release FROM release_record_labels)");
    }
}
