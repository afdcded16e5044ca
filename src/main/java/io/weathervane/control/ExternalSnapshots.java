package io.weathervane.control;

import io.weathervane.monitor.ExternalSnapshot;
import io.weathervane.store.Database;
import io.weathervane.store.Sql;
import io.weathervane.util.SafeText;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows that other programs put into {@code operations_snapshots}; whoever writes SQL can write nonsense. */
final class ExternalSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private static final List<List<String>> VERSIONS = List.of(List.of("""
            CREATE TABLE IF NOT EXISTS operations_snapshots (
              id INTEGER PRIMARY KEY,
              error_rate REAL,
              failure_count INTEGER,
              recorded_at TEXT DEFAULT (datetime('now')),
              requests INTEGER,
              source TEXT DEFAULT 'external')"""));

    /** Newest rows that are looked at for one that makes sense. */
    private static final int LOOKED_AT_MAX = 20;

    /** Bad rows remembered as already logged. */
    private static final int LOGGED_MAX = 1000;

    private static final int SHOWN_LENGTH_MAX = 40;

    /** {@code datetime('now')} has no fractions of a second. */
    private static final Duration STAMP_RESOLUTION = Duration.ofSeconds(1);

    /** A stamp further ahead than this is of another time zone, not of another clock. */
    private static final Duration AHEAD_MAX = Duration.ofMinutes(1);

    private final Database database;
    private final Set<Long> logged = new LinkedHashSet<>();

    private record Row(
            long id,
            @Nullable Object rate,
            @Nullable Object failures,
            @Nullable Object requests,
            @Nullable String stamp,
            OptionalLong recordedMillis) {}

    ExternalSnapshots(Database database) {
        this.database = database;
        database.migrate("operations", VERSIONS);
    }

    /** The newest row's number; rows up to it are from before. */
    long lastRowId(Sql sql) throws SQLException {
        return sql.first("SELECT coalesce(max(id), 0) FROM operations_snapshots", row -> row.getLong(1))
                .orElse(0L);
    }

    /** The newest row after {@code rowId} that makes sense and is no older than {@code age}. */
    Optional<ExternalSnapshot> newest(long rowId, Duration age, Instant now) {
        List<Row> rows = database.readPromptly(sql -> sql.query("""
                        SELECT id, error_rate, failure_count, requests, CAST(recorded_at AS TEXT),
                               CAST(round((julianday(recorded_at) - 2440587.5) * 86400000.0) AS INTEGER)
                        FROM operations_snapshots WHERE id > ? ORDER BY id DESC LIMIT ?""", this::row, rowId, LOOKED_AT_MAX));
        for (Row row : rows) {
            Optional<String> problem = problem(row, now);
            if (problem.isPresent()) {
                warn(row.id(), problem.get());
            } else if (isFresh(row, age, now)) {
                return Optional.of(snapshot(row));
            } else {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private Row row(ResultSet row) throws SQLException {
        long millis = row.getLong(6);
        OptionalLong recorded = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(millis);
        return new Row(
                row.getLong(1), row.getObject(2), row.getObject(3), row.getObject(4), row.getString(5), recorded);
    }

    private static Optional<String> problem(Row row, Instant now) {
        if (!(row.rate() instanceof Number rate) || !(rate.doubleValue() >= 0 && rate.doubleValue() <= 1)) {
            return Optional.of("error_rate must be a number from 0 to 1, was " + shown(row.rate()));
        }
        if (!isCount(row.failures())) {
            return Optional.of("failure_count must be a whole number >= 0, was " + shown(row.failures()));
        }
        if (row.requests() != null && !isCount(row.requests())) {
            return Optional.of("requests must be a whole number >= 0 or NULL, was " + shown(row.requests()));
        }
        if (row.recordedMillis().isEmpty()) {
            return Optional.of("recorded_at must be a time such as datetime('now'), was " + shown(row.stamp()));
        }
        boolean ahead = recordedAt(row).isAfter(now.plus(AHEAD_MAX));
        return ahead
                ? Optional.of("recorded_at must be UTC, as datetime('now') is; " + shown(row.stamp()) + " is ahead")
                : Optional.empty();
    }

    private static boolean isCount(@Nullable Object value) {
        return (value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0;
    }

    private static boolean isFresh(Row row, Duration age, Instant now) {
        return !recordedAt(row).isBefore(now.minus(age).minus(STAMP_RESOLUTION));
    }

    private static Instant recordedAt(Row row) {
        return Instant.ofEpochMilli(row.recordedMillis().orElseThrow());
    }

    private static ExternalSnapshot snapshot(Row row) {
        if (!(row.rate() instanceof Number rate) || !(row.failures() instanceof Number failures)) {
            throw new AssertionError("a row with a problem got past its check");
        }
        OptionalLong requests =
                row.requests() instanceof Number counted ? OptionalLong.of(counted.longValue()) : OptionalLong.empty();
        return new ExternalSnapshot(row.id(), rate.doubleValue(), failures.longValue(), requests);
    }

    private static String shown(@Nullable Object value) {
        String text = value instanceof byte[] ? "a blob" : String.valueOf(value);
        return "\"" + SafeText.quotable(SafeText.cut(text, SHOWN_LENGTH_MAX)) + "\"";
    }

    private void warn(long id, String problem) {
        if (logged.size() < LOGGED_MAX && logged.add(id)) {
            LOG.warn("operations_snapshots row {} is ignored: {}", id, problem);
        }
    }
}
