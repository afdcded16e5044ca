package io.weathervane.observation;

import io.weathervane.monitor.ExternalSnapshotRow;
import io.weathervane.store.Database;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows that other programs put into {@code operations_snapshots}; a program that writes SQL can write nonsense. */
public final class ExternalErrorRateRowReader {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private static final List<List<String>> VERSIONS = List.of(List.of("""
        CREATE TABLE IF NOT EXISTS operations_snapshots (
          id INTEGER PRIMARY KEY,
          error_rate REAL,
          failure_count INTEGER,
          recorded_at TEXT DEFAULT (datetime('now')),
          requests INTEGER,
          source TEXT DEFAULT 'external')\
        """));

    private static final String NEWEST = """
        SELECT id, error_rate, failure_count, requests, CAST(recorded_at AS TEXT) AS stamp,
               CAST(round((julianday(recorded_at) - 2440587.5) * 86400000.0) AS INTEGER) AS recorded_ms
        FROM operations_snapshots WHERE %s ORDER BY id DESC LIMIT ?\
        """;

    /** Newest rows that are looked at for one that makes sense. */
    private static final int LOOKED_AT_MAX = 20;

    /** Problems of rows remembered as already logged. */
    private static final int LOGGED_MAX = 1000;

    private static final int SHOWN_LENGTH_MAX = 40;

    /** {@code unixepoch('now')}, which SQLite's own {@code julianday} takes for no time; in milliseconds it is longer. */
    private static final Pattern EPOCH = Pattern.compile("(\\d{9,11})(?:\\.\\d{1,9})?|\\d{12,14}");

    /** {@code date('now')}. */
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

    /** {@code datetime('now')} has no fractions of a second. */
    private static final Duration STAMP_RESOLUTION = Duration.ofSeconds(1);

    /** A stamp further ahead than this is of another time zone, not of another clock. */
    private static final Duration AHEAD_MAX = Duration.ofMinutes(1);

    private final Database database;
    private final SnapshotRowScope scope;
    private final Set<String> logged = new LinkedHashSet<>();

    /** The rows as they were at the promotion: those that are still so say nothing of what was promoted. */
    private volatile Optional<Map<Long, Row>> before = Optional.empty();

    /** The rows of the last look, each with the moment it was first seen like this; empty before the first look. */
    private volatile Map<Long, Arrival> seen = Map.of();

    private volatile Optional<String> note = Optional.empty();

    /** @param updated whether another row had its number and its time before */
    private record Arrival(Row row, Instant at, boolean updated) {}

    /** A row that counts, and when it is from. */
    private record Dated(Row row, Instant at) {}

    private record Row(
            long id,
            @Nullable Object rate,
            @Nullable Object failures,
            @Nullable Object requests,
            @Nullable String stamp,
            OptionalLong recordedMillis) {
        boolean isDay() {
            return stamp != null && DAY.matcher(stamp).matches();
        }
    }

    /** @param scope which rows count */
    public ExternalErrorRateRowReader(Database database, SnapshotRowScope scope) {
        this.database = database;
        this.scope = scope;
        database.migrate("operations", VERSIONS);
        scope.prepare(database);
    }

    /** Whether the rows and files of the runbook, which name no service, are about this one. */
    public boolean isOfFirstService() {
        return scope.unnamedToo();
    }

    private List<Row> newestRows(SqlTransaction sql) throws SQLException {
        return sql.query(NEWEST.formatted(scope.condition(sql)), this::row, LOOKED_AT_MAX);
    }

    /** The newest row's number; rows up to it are from before. */
    public long lastRowId(SqlTransaction sql) throws SQLException {
        List<Row> rows = newestRows(sql);
        before = Optional.of(byId(rows));
        seen = Map.of();
        note = Optional.empty();
        return sql.first("SELECT coalesce(max(id), 0) AS last FROM operations_snapshots", row -> row.number("last"))
                .orElse(0L);
    }

    /** Problem of the newest row, when it had to be ignored at the last look. */
    public List<String> notes() {
        return note.stream().toList();
    }

    /**
     * The newest row that makes sense and is no older than {@code age}: one after {@code rowId}, or one that was changed
     * or replaced since the promotion, as collectors do that keep a single row.
     */
    Optional<ExternalSnapshotRow> newest(long rowId, Duration age, Instant now) {
        List<Row> rows = database.readPromptly(this::newestRows);
        boolean restarted = before.isEmpty();
        Map<Long, Row> old = before.orElseGet(
                () -> byId(rows.stream().filter(row -> row.id() <= rowId).toList()));
        before = Optional.of(old);
        Map<Long, Arrival> current = new HashMap<>();
        Optional<Dated> newest = Optional.empty();
        note = Optional.empty();
        for (Row row : rows) {
            Arrival arrival = arrival(row, old, restarted ? Instant.EPOCH : now);
            current.put(row.id(), arrival);
            if (row.id() > rowId || !row.equals(old.get(row.id()))) {
                newest = later(newest, dated(arrival, age, now));
            }
        }
        seen = Map.copyOf(current);
        database.readPromptly(sql -> scope.stray(sql, rowId)).ifPresent(this::noteStray);
        return newest.map(found -> snapshot(found.row()));
    }

    private void noteStray(SnapshotRowScope.Stray stray) {
        String problem = "is ignored: there is no service \"" + stray.service() + "\"; service is one of: "
                + String.join(", ", scope.known());
        warn(stray.id(), problem);
        note = note.or(() -> Optional.of("operations_snapshots row " + stray.id() + " " + problem));
    }

    private static Map<Long, Row> byId(List<Row> rows) {
        return rows.stream().collect(Collectors.toUnmodifiableMap(Row::id, Function.identity()));
    }

    private Arrival arrival(Row row, Map<Long, Row> old, Instant now) {
        Arrival last = seen.get(row.id());
        if (last != null && last.row().equals(row)) {
            // After a step back of the clock it would stay fresh for as long as the step was wide.
            return last.at().isAfter(now) ? new Arrival(row, now, last.updated()) : last;
        }
        Row replaced = last != null ? last.row() : old.get(row.id());
        boolean updated = replaced != null && !replaced.equals(row) && Objects.equals(replaced.stamp(), row.stamp());
        return new Arrival(row, now, updated);
    }

    private static Optional<Dated> later(Optional<Dated> one, Optional<Dated> other) {
        boolean keep = one.isPresent()
                && (other.isEmpty() || !other.get().at().isAfter(one.get().at()));
        return keep ? one : other;
    }

    /** When the row is from, if it makes sense and is fresh. What has just come is not of long ago, whatever it says. */
    private Optional<Dated> dated(Arrival arrival, Duration age, Instant now) {
        Row row = arrival.row();
        Optional<String> problem = problem(row);
        if (problem.isPresent()) {
            return ignored(row, problem.get());
        }
        if (row.isDay()) {
            return datedByDay(arrival, age, now);
        }
        Instant recorded = recordedAt(row);
        boolean ahead = recorded.isAfter(now.plus(AHEAD_MAX));
        if (!ahead && isFresh(recorded, age, arrival.at())) {
            return isFresh(recorded, age, now) ? Optional.of(new Dated(row, recorded)) : Optional.empty();
        }
        if (arrival.updated()) {
            return isFresh(arrival.at(), age, now) ? Optional.of(new Dated(row, arrival.at())) : Optional.empty();
        }
        Instant local = asLocal(recorded);
        if (isFresh(local, age, arrival.at()) && !local.isAfter(now.plus(AHEAD_MAX))) {
            warn(row.id(), "is taken as local time: " + notUtc(row, "local"));
            return isFresh(local, age, now) ? Optional.of(new Dated(row, local)) : Optional.empty();
        }
        if (ahead) {
            return ignored(row, notUtc(row, "ahead"));
        }
        return isFresh(arrival.at(), age, now)
                ? ignored(row, notUtc(row, "long past, and the row is new"))
                : Optional.empty();
    }

    /** A day has no time of day, so the row is from when it was seen; a day that had passed by then cannot be meant. */
    private Optional<Dated> datedByDay(Arrival arrival, Duration age, Instant now) {
        Row row = arrival.row();
        if (!isFresh(arrival.at(), age, now)) {
            return Optional.empty();
        }
        LocalDate day = LocalDate.ofInstant(recordedAt(row), ZoneOffset.UTC);
        boolean meant = Stream.of(ZoneOffset.UTC, ZoneId.systemDefault())
                .flatMap(zone -> Stream.of(arrival.at(), arrival.at().minus(age))
                        .map(moment -> LocalDate.ofInstant(moment, zone)))
                .anyMatch(day::equals);
        if (!meant) {
            return ignored(row, notUtc(row, "another day"));
        }
        warn(row.id(), "is taken as of when it was seen: " + notUtc(row, "a day without a time"));
        return Optional.of(new Dated(row, arrival.at()));
    }

    private static Instant asLocal(Instant stamp) {
        return LocalDateTime.ofInstant(stamp, ZoneOffset.UTC)
                .atZone(ZoneId.systemDefault())
                .toInstant();
    }

    private Optional<Dated> ignored(Row row, String problem) {
        warn(row.id(), "is ignored: " + problem);
        if (note.isEmpty()) {
            note = Optional.of("operations_snapshots row " + row.id() + " is ignored: " + problem);
        }
        return Optional.empty();
    }

    private static String notUtc(Row row, String how) {
        return "recorded_at must be UTC, as datetime('now') is; " + shown(row.stamp()) + " is " + how;
    }

    private Row row(SqlRow row) throws SQLException {
        OptionalLong recorded = row.optionalNumber("recorded_ms");
        String stamp = row.optionalText("stamp").orElse(null);
        return new Row(
                row.number("id"),
                row.value("error_rate"),
                row.value("failure_count"),
                row.value("requests"),
                stamp,
                recorded.isEmpty() && stamp != null ? epochMillis(stamp) : recorded);
    }

    private static OptionalLong epochMillis(String stamp) {
        Matcher epoch = EPOCH.matcher(stamp);
        if (!epoch.matches()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                epoch.group(1) == null
                        ? Long.parseLong(stamp)
                        : Math.multiplyExact(Long.parseLong(epoch.group(1)), 1000L));
    }

    private static Optional<String> problem(Row row) {
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
        return Optional.empty();
    }

    private static boolean isCount(@Nullable Object value) {
        return (value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0;
    }

    private static boolean isFresh(Instant at, Duration age, Instant now) {
        return !at.isBefore(now.minus(age).minus(STAMP_RESOLUTION));
    }

    private static Instant recordedAt(Row row) {
        return Instant.ofEpochMilli(row.recordedMillis().orElseThrow());
    }

    private static ExternalSnapshotRow snapshot(Row row) {
        if (!(row.rate() instanceof Number rate) || !(row.failures() instanceof Number failures)) {
            throw new AssertionError("a row with a problem got past its check");
        }
        OptionalLong requests =
                row.requests() instanceof Number counted ? OptionalLong.of(counted.longValue()) : OptionalLong.empty();
        return new ExternalSnapshotRow(row.id(), rate.doubleValue(), failures.longValue(), requests);
    }

    private static String shown(@Nullable Object value) {
        String text = value instanceof byte[] ? "a blob" : String.valueOf(value);
        return "\"" + SafeText.quotable(SafeText.cut(text, SHOWN_LENGTH_MAX)) + "\"";
    }

    private void warn(long id, String problem) {
        if (logged.size() < LOGGED_MAX && logged.add(id + " " + problem)) {
            LOG.warn("operations_snapshots row {} {}", id, problem);
        }
    }
}
