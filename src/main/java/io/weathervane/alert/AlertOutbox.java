package io.weathervane.alert;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditLog;
import io.weathervane.store.Database;
import io.weathervane.store.Sql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is still to be sent, one row for each alert and sink. A sink's place in the audit moves in the same
 * transaction that adds its rows, so that none is lost and none is doubled; while a sink has too many
 * rows its place stays, and the audit itself is the queue.
 */
final class AlertOutbox {
    /** Most events read at once. */
    static final int EVENTS_MAX = 200;

    /** Most alerts waiting for one sink. */
    static final int PENDING_MAX = 5_000;

    /** Alerts of one sink that are done with and kept to be looked at. */
    static final int DONE_KEPT = 1_000;

    private static final List<List<String>> VERSIONS =
            List.of(List.of("""
            CREATE TABLE alert_sinks (
              sink TEXT PRIMARY KEY,
              audit_seq INTEGER NOT NULL,
              delivered INTEGER NOT NULL DEFAULT 0)""", """
            CREATE TABLE alert_outbox (
              sink TEXT NOT NULL,
              audit_seq INTEGER NOT NULL,
              at INTEGER NOT NULL,
              body TEXT NOT NULL,
              state TEXT NOT NULL DEFAULT 'pending',
              tries INTEGER NOT NULL DEFAULT 0,
              next_try INTEGER NOT NULL DEFAULT 0,
              last_error TEXT,
              PRIMARY KEY (sink, audit_seq))""", "CREATE INDEX alert_outbox_due ON alert_outbox (sink, state, next_try)"));

    private final Database database;
    private final AuditLog audit;
    private final UnaryOperator<String> redact;

    AlertOutbox(Database database, AuditLog audit, UnaryOperator<String> redact) {
        this.database = database;
        this.audit = audit;
        this.redact = redact;
        database.migrate("alert", VERSIONS);
    }

    /** Makes the sink known; a new one is told of what happens from now on. */
    void register(String sink) {
        long newest = audit.lastSeq();
        database.write(sql -> sql.update(
                "INSERT INTO alert_sinks (sink, audit_seq) VALUES (?, ?) ON CONFLICT DO NOTHING", sink, newest));
    }

    /** Takes over the next events of the audit for this sink; whether there may be more. */
    boolean fill(String sink) {
        long from = place(sink);
        long newest = audit.lastSeq();
        if (newest <= from || pending(sink) >= PENDING_MAX) {
            return false;
        }
        List<AuditEvent> events = audit.after(from, EVENTS_MAX);
        // Events of a kind that this release does not know are left out of the list, and passed over.
        long read = events.isEmpty()
                ? Math.min(newest, from + EVENTS_MAX)
                : events.get(events.size() - 1).seq();
        database.write(sql -> {
            if (sql.update("UPDATE alert_sinks SET audit_seq = ? WHERE sink = ? AND audit_seq = ?", read, sink, from)
                    == 1) {
                for (AuditEvent event : events) {
                    insert(sql, sink, event);
                }
            }
            return read;
        });
        return read < newest;
    }

    private void insert(Sql sql, String sink, AuditEvent event) throws SQLException {
        Optional<String> body = AlertText.of(event, redact);
        if (body.isPresent()) {
            sql.update(
                    "INSERT INTO alert_outbox (sink, audit_seq, at, body) VALUES (?, ?, ?, ?)",
                    sink,
                    event.seq(),
                    event.at().toEpochMilli(),
                    body.get());
        }
    }

    /** The oldest alerts whose time has come; a time too far off to be ours was written before the clock went back. */
    List<PendingAlert> due(String sink, Instant now, Instant tooFar, int limit) {
        return database.read(sql -> sql.query(
                """
                SELECT audit_seq, body, tries FROM alert_outbox
                WHERE sink = ? AND state = 'pending' AND (next_try <= ? OR next_try > ?)
                ORDER BY audit_seq LIMIT ?""",
                row -> new PendingAlert(row.getLong(1), row.getString(2), row.getInt(3)),
                sink,
                now.toEpochMilli(),
                tooFar.toEpochMilli(),
                limit));
    }

    /** When the next alert that waits is to be tried. */
    Optional<Instant> nextTry(String sink) {
        return database.read(sql -> sql.first(
                        "SELECT min(next_try) FROM alert_outbox WHERE sink = ? AND state = 'pending' HAVING count(*) > 0",
                        row -> row.getLong(1),
                        sink))
                .map(Instant::ofEpochMilli);
    }

    void delivered(String sink, PendingAlert alert) {
        database.write(sql -> {
            sql.update("UPDATE alert_sinks SET delivered = delivered + 1 WHERE sink = ?", sink);
            return sql.update("DELETE FROM alert_outbox WHERE sink = ? AND audit_seq = ?", sink, alert.seq());
        });
    }

    void failed(String sink, PendingAlert alert, Instant nextTry, String why) {
        database.write(sql -> sql.update(
                "UPDATE alert_outbox SET tries = tries + 1, next_try = ?, last_error = ? WHERE sink = ? AND audit_seq = ?",
                nextTry.toEpochMilli(),
                why,
                sink,
                alert.seq()));
    }

    void givenUp(String sink, PendingAlert alert, String why) {
        database.write(sql -> {
            sql.update("""
                    UPDATE alert_outbox SET state = 'given-up', tries = tries + 1, last_error = ?
                    WHERE sink = ? AND audit_seq = ?""", why, sink, alert.seq());
            return sql.update("""
                    DELETE FROM alert_outbox WHERE sink = ? AND state = 'given-up' AND audit_seq <= (
                      SELECT audit_seq FROM alert_outbox WHERE sink = ? AND state = 'given-up'
                      ORDER BY audit_seq DESC LIMIT 1 OFFSET ?)""", sink, sink, DONE_KEPT);
        });
    }

    SinkStatus status(String sink) {
        return database.read(sql -> sql.first(
                        """
                        SELECT count(*) FILTER (WHERE state = 'pending'),
                          (SELECT delivered FROM alert_sinks WHERE sink = ?1),
                          count(*) FILTER (WHERE state = 'given-up'),
                          min(at) FILTER (WHERE state = 'pending'),
                          (SELECT last_error FROM alert_outbox WHERE sink = ?1 AND last_error IS NOT NULL
                           ORDER BY audit_seq DESC LIMIT 1)
                        FROM alert_outbox WHERE sink = ?1""",
                        row -> {
                            long oldest = row.getLong(4);
                            return new SinkStatus(
                                    sink,
                                    row.getLong(1),
                                    row.getLong(2),
                                    row.getLong(3),
                                    oldest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)),
                                    Optional.ofNullable(row.getString(5)));
                        },
                        sink))
                .orElseThrow();
    }

    private long place(String sink) {
        return database.read(sql ->
                        sql.first("SELECT audit_seq FROM alert_sinks WHERE sink = ?", row -> row.getLong(1), sink))
                .orElseGet(audit::lastSeq);
    }

    private long pending(String sink) {
        return database.read(sql -> sql.first(
                        "SELECT count(*) FROM alert_outbox WHERE sink = ? AND state = 'pending'",
                        row -> row.getLong(1),
                        sink))
                .orElse(0L);
    }
}
