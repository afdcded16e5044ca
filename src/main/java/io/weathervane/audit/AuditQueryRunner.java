package io.weathervane.audit;

import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds a page of events, the newest in the chain first: a clock may step, the chain does not. Each index ends in seq,
 * the order of reading, so that one column's value and the cursor are one stretch of it; a time range narrows the
 * stretch to the places in the chain between which its events are. Several kinds are several such stretches, merged
 * here: SQLite would sort all of them. Of several columns the one with the fewest events leads; SQLite would guess.
 */
final class AuditQueryRunner {
    /** Values with more events than this all count as frequent: counting them would cost more than it saves. */
    private static final int COUNTED_MAX = 10_000;

    private static final Comparator<AuditRow> NEWEST_FIRST =
            Comparator.comparingLong(AuditRow::seq).reversed();

    private final List<Filter> filters = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /** A column that must have a value. */
    private record Filter(String column, String value) {
        int count(SqlTransaction sql) throws SQLException {
            return sql.first(
                            "SELECT count(*) AS n FROM (SELECT 1 FROM audit_events WHERE " + column + " = ? LIMIT ?)",
                            row -> row.count("n"),
                            value,
                            COUNTED_MAX)
                    .orElse(0);
        }
    }

    private AuditQueryRunner(
            AuditQuery query, Optional<AuditServiceScope> service, Optional<AuditKind> kind, Optional<Range> range) {
        service.ifPresent(scope -> {
            conditions.add(scope.condition());
            values.addAll(scope.values());
        });
        query.promotionId().ifPresent(id -> filters.add(new Filter("promotion_id", id)));
        query.decision().ifPresent(decision -> filters.add(new Filter("decision", decision)));
        query.actor().ifPresent(actor -> filters.add(new Filter("actor", actor)));
        kind.ifPresent(one -> filters.add(new Filter("kind", one.wireName())));
        query.time().from().ifPresent(from -> add("+at >= ?", from.toEpochMilli()));
        query.time().to().ifPresent(to -> add("+at < ?", to.toEpochMilli()));
        query.page().cursor().map(AuditCursor::parse).ifPresent(cursor -> add("seq < ?", cursor.seq()));
        range.ifPresent(places -> {
            add("seq >= ?", places.first());
            add("seq <= ?", places.last());
        });
    }

    /** The first and the last place in the chain that has an event of the time range. */
    private record Range(long first, long last) {
        /** Empty without a time range; from 1 to 0 when no event is in it. */
        static Optional<Range> of(SqlTransaction sql, AuditQuery query) throws SQLException {
            if (query.time().from().isEmpty() && query.time().to().isEmpty()) {
                return Optional.empty();
            }
            return sql.first(
                    "SELECT coalesce(min(seq), 1) AS first, coalesce(max(seq), 0) AS last FROM audit_events"
                            + " WHERE at >= ? AND at < ?",
                    row -> new Range(row.number("first"), row.number("last")),
                    query.time().from().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
                    query.time().to().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE));
        }
    }

    /** @param service which of them; all when empty */
    static AuditPage run(SqlTransaction sql, AuditQuery query, Optional<AuditServiceScope> service)
            throws SQLException {
        int oneMore = query.page().limit() + 1;
        Optional<Range> range = Range.of(sql, query);
        List<AuditRow> found = new ArrayList<>();
        for (Optional<AuditKind> kind : stretches(query)) {
            found.addAll(new AuditQueryRunner(query, service, kind, range).rows(sql, oneMore));
        }
        List<AuditRow> sorted =
                found.stream().sorted(NEWEST_FIRST).limit(oneMore).toList();
        return page(sorted, query.page().limit());
    }

    private static List<Optional<AuditKind>> stretches(AuditQuery query) {
        return query.kinds().isEmpty()
                ? List.of(Optional.empty())
                : query.kinds().stream().map(Optional::of).toList();
    }

    private static AuditPage page(List<AuditRow> rows, int limit) {
        List<AuditRow> shown = rows.subList(0, Math.min(limit, rows.size()));
        Optional<String> next = rows.size() > limit
                ? Optional.of(new AuditCursor(
                                shown.get(limit - 1).at(), shown.get(limit - 1).seq())
                        .text())
                : Optional.empty();
        return new AuditPage(
                shown.stream().map(AuditRow::toEvent).flatMap(Optional::stream).toList(), next);
    }

    private List<AuditRow> rows(SqlTransaction sql, int limit) throws SQLException {
        int leading = rarest(sql);
        for (int i = 0; i < filters.size(); i++) {
            // A plus sign keeps SQLite from using the column's index.
            String indexed = i == leading ? "" : "+";
            add(indexed + filters.get(i).column() + " = ?", filters.get(i).value());
        }
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        values.add(limit);
        return sql.query(
                "SELECT " + AuditRow.COLUMNS + " FROM audit_events" + where + " ORDER BY seq DESC LIMIT ?",
                AuditRow.READER,
                values.toArray());
    }

    /** The place of the filter that fewest events pass; of one alone that need not be known. */
    private int rarest(SqlTransaction sql) throws SQLException {
        if (filters.size() < 2) {
            return 0;
        }
        int rarest = 0;
        int fewest = filters.get(0).count(sql);
        for (int i = 1; i < filters.size(); i++) {
            int count = filters.get(i).count(sql);
            if (count < fewest) {
                rarest = i;
                fewest = count;
            }
        }
        return rarest;
    }

    private void add(String condition, Object value) {
        conditions.add(condition);
        values.add(value);
    }
}
