package io.weathervane.alert;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecord;
import io.weathervane.store.DeferredWrites;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.WriteReceipt;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Queue of alerts to be sent, one row for each alert and sink. A sink's place in the audit moves in the same
 * transaction that adds its rows, so that none is lost and none is doubled; while a sink has too many rows its place
 * stays, and the audit itself is the queue.
 */
final class AlertOutbox {
    /** Most events read at once. */
    static final int EVENTS_MAX = 200;

    /** Most alerts waiting for one sink. */
    static final int PENDING_MAX = 5_000;

    /** Alerts of one sink that are done with and kept to be looked at. */
    static final int DONE_KEPT = 1_000;

    private static final List<List<String>> VERSIONS = List.of(
            List.of("""
                CREATE TABLE alert_sinks (
                  sink TEXT PRIMARY KEY,
                  audit_seq INTEGER NOT NULL,
                  delivered INTEGER NOT NULL DEFAULT 0)\
                """, """
                CREATE TABLE alert_outbox (
                  sink TEXT NOT NULL,
                  audit_seq INTEGER NOT NULL,
                  at INTEGER NOT NULL,
                  body TEXT NOT NULL,
                  state TEXT NOT NULL DEFAULT 'pending',
                  tries INTEGER NOT NULL DEFAULT 0,
                  next_try INTEGER NOT NULL DEFAULT 0,
                  last_error TEXT,
                  PRIMARY KEY (sink, audit_seq))\
                """, "CREATE INDEX alert_outbox_due ON alert_outbox (sink, state," + " next_try)"),
            List.of(
                    "ALTER TABLE alert_outbox ADD COLUMN event_id TEXT",
                    "ALTER TABLE alert_outbox ADD COLUMN critical INTEGER NOT NULL DEFAULT 1",
                    "CREATE TABLE alert_server (id TEXT NOT NULL)",
                    "INSERT INTO alert_server (id) VALUES (lower(hex(randomblob(4))))"));

    /** Events without an alert that a sink's place in the database may be behind; they are read again after a start. */
    private static final int PLACE_BEHIND_MAX = 100;

    /** What became of a try, on its way to the database: see {@link DeferredWrites}. */
    private static final String TRIED = "alert-tried";

    private static final String COUNT_DELIVERED = """
        UPDATE alert_sinks SET delivered = delivered + (
          SELECT count(*) FROM alert_outbox o WHERE o.sink = alert_sinks.sink AND (o.sink, o.audit_seq) IN (
            SELECT value ->> 0, value ->> 1 FROM json_each(?)))\
        """;

    private static final String FORGET_DELIVERED = """
        DELETE FROM alert_outbox WHERE (sink, audit_seq) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))\
        """;

    /** A new row waits this long for another program's lock: 200 ms; the alert is sent past the outbox meanwhile. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    /** Abandoned for so long, an alert is not shown any more: 24 h. */
    private static final Duration ABANDONED_SHOWN = Duration.ofHours(24);

    private static final DeliveryAttempt UNTRIED =
            new DeliveryAttempt(DeliveryAttempt.State.PENDING, 0, Instant.EPOCH, "");

    private final Database database;
    private final AuditLog audit;
    private final AlertFactory alertFactory;
    private final String server;
    private final Map<String, Long> places = new ConcurrentHashMap<>();

    AlertOutbox(Database database, AuditLog audit, UnaryOperator<String> redact) {
        this.database = database;
        this.audit = audit;
        database.migrate("alert", VERSIONS);
        database.deferredWrites().register(TRIED, AlertOutbox::tried);
        this.server = database.read(sql -> sql.first("SELECT id FROM alert_server", row -> row.text("id")))
                .orElse("unknown");
        this.alertFactory = new AlertFactory(server, redact);
    }

    AlertFactory text() {
        return alertFactory;
    }

    /** Makes the sink known; a new one is told of what happens from now on. */
    void register(String sink) {
        long newest = audit.lastSeq();
        database.write(sql -> sql.update(
                "INSERT INTO alert_sinks (sink, audit_seq) VALUES (?, ?) ON CONFLICT DO NOTHING", sink, newest));
    }

    /**
     * Takes over the next events of the audit for this sink; whether there may be more.
     *
     * @param known what became of the alert of this id when it was sent past the outbox
     */
    boolean fill(String sink, Function<String, Optional<DeliveryAttempt>> known) {
        long newest = audit.lastSeq();
        long stored = place(sink);
        long from = Math.max(stored, placeInMemory(sink, newest));
        if (newest <= from || pending(sink) >= PENDING_MAX) {
            return false;
        }
        List<AuditEvent> events = audit.after(from, EVENTS_MAX);
        // Events of a kind that this release does not know are left out of the list, and passed over.
        long read = events.isEmpty()
                ? Math.min(newest, from + EVENTS_MAX)
                : events.get(events.size() - 1).seq();
        List<Row> rows =
                events.stream().flatMap(event -> row(event, known).stream()).toList();
        if (!rows.isEmpty() || read - stored >= PLACE_BEHIND_MAX) {
            database.writeBriefly(sql -> take(sql, sink, rows, from, read), PATIENCE);
        }
        places.put(sink, read);
        return read < newest;
    }

    private static boolean take(SqlTransaction sql, String sink, List<Row> rows, long from, long read)
            throws SQLException {
        String next = "UPDATE alert_sinks SET audit_seq = ? WHERE sink = ? AND audit_seq <= ?";
        boolean inPlace = sql.update(next, read, sink, from) == 1;
        if (inPlace) {
            for (Row row : rows) {
                insert(sql, sink, row);
            }
        }
        return inPlace;
    }

    /** An alert that is to be taken over, with what is known of it. */
    private record Row(AuditEvent event, Alert alert, DeliveryAttempt attempt) {}

    /** Made before the transaction, which should be short. */
    private Optional<Row> row(AuditEvent event, Function<String, Optional<DeliveryAttempt>> known) {
        NewAuditEvent entry =
                new NewAuditEvent(event.kind(), event.actor(), event.promotionId(), event.decision(), event.payload());
        return alertFactory
                .of(entry, event.at(), Optional.of(event.seq()))
                .map(alert -> new Row(event, alert, known.apply(alert.id()).orElse(UNTRIED)));
    }

    private static void insert(SqlTransaction sql, String sink, Row row) throws SQLException {
        if (row.attempt().state() == DeliveryAttempt.State.DELIVERED) {
            sql.update("UPDATE alert_sinks SET delivered = delivered + 1 WHERE sink = ?", sink);
            return;
        }
        insert(sql, sink, row.event(), row.alert(), row.attempt());
        if (row.attempt().state() == DeliveryAttempt.State.ABANDONED) {
            forgetOldest(sql, sink);
        }
    }

    private static void insert(
            SqlTransaction sql, String sink, AuditEvent event, Alert alert, DeliveryAttempt attempt) {
        sql.updateForEachLater(
                """
                INSERT INTO alert_outbox
                  (sink, audit_seq, at, body, event_id, critical, state, tries, next_try, last_error)
                SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                  value ->> 7, value ->> 8, nullif(value ->> 9, '') FROM json_each(?)\
                """,
                sink,
                event.seq(),
                event.at().toEpochMilli(),
                alert.body(),
                alert.id(),
                alert.critical() ? 1 : 0,
                attempt.state().wireName(),
                attempt.tries(),
                attempt.at().toEpochMilli(),
                attempt.why());
    }

    /**
     * The alerts whose time has come, the most urgent first; a time too far off to be ours was written before the clock
     * went back.
     */
    List<PendingAlert> due(String sink, Instant now, Instant tooFar, int limit) {
        return database.readPromptly(
                sql -> sql.query("""
                    SELECT audit_seq, body, tries, event_id, at, critical FROM alert_outbox
                    WHERE sink = ? AND state = 'pending' AND (next_try <= ? OR next_try > ?)
                    ORDER BY critical DESC, CASE critical WHEN 1 THEN -audit_seq ELSE audit_seq END LIMIT ?\
                    """, this::pendingAlert, sink, now.toEpochMilli(), tooFar.toEpochMilli(), limit));
    }

    private PendingAlert pendingAlert(SqlRow row) throws SQLException {
        long seq = row.number("audit_seq");
        return new PendingAlert(
                seq,
                row.optionalText("event_id").orElseGet(() -> server + "-" + seq),
                row.time("at"),
                row.number("critical") == 1,
                row.text("body"),
                row.count("tries"));
    }

    /** When the next alert that waits is to be tried. */
    Optional<Instant> nextTry(String sink) {
        return database.readPromptly(sql -> sql.first(
                "SELECT min(next_try) AS next FROM alert_outbox WHERE sink = ? AND state = 'pending'"
                        + " HAVING count(*) > 0",
                row -> row.time("next"),
                sink));
    }

    Optional<WriteReceipt> delivered(String sink, PendingAlert alert) {
        return record(sink, alert, "delivered", "", Instant.EPOCH);
    }

    Optional<WriteReceipt> failed(String sink, PendingAlert alert, Instant nextTry, String why) {
        return record(sink, alert, "failed", why, nextTry);
    }

    Optional<WriteReceipt> abandoned(String sink, PendingAlert alert, String why, Instant now) {
        return record(sink, alert, "given-up", why, now);
    }

    /**
     * Not waited for: the sink's own thread remembers it until it is written. Empty for an alert that was sent past the
     * outbox: what became of it is written when its event is there.
     */
    private Optional<WriteReceipt> record(String sink, PendingAlert alert, String outcome, String why, Instant at) {
        if (alert.direct()) {
            return Optional.empty();
        }
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("sink", sink)
                .put("seq", alert.seq())
                .put("outcome", outcome)
                .put("why", why)
                .put("at", at.toEpochMilli());
        WriteReceipt receipt =
                database.deferredWrites().submitUneventful(List.of(new DeferredRecord(TRIED, json.toString())));
        boolean unused = receipt.promptly();
        return Optional.of(receipt);
    }

    private static void tried(SqlTransaction sql, String body) throws SQLException {
        JsonNode json = JsonMapper.shared().readTree(body);
        String sink = json.path("sink").asString();
        long seq = json.path("seq").asLong();
        String why = json.path("why").asString();
        long at = json.path("at").asLong();
        switch (json.path("outcome").asString()) {
            case "delivered" -> {
                sql.updateForEachLater(COUNT_DELIVERED, sink, seq);
                sql.updateForEachLater(FORGET_DELIVERED, sink, seq);
            }
            case "failed" ->
                sql.update(
                        "UPDATE alert_outbox SET tries = tries + 1, next_try = ?, last_error = ?"
                                + " WHERE sink = ? AND audit_seq = ?",
                        at,
                        why,
                        sink,
                        seq);
            default -> giveUp(sql, sink, seq, why, at);
        }
    }

    private static void giveUp(SqlTransaction sql, String sink, long seq, String why, long at) throws SQLException {
        sql.update("""
            UPDATE alert_outbox SET state = 'given-up', tries = tries + 1, last_error = ?, next_try = ?
            WHERE sink = ? AND audit_seq = ?\
            """, why, at, sink, seq);
        forgetOldest(sql, sink);
    }

    /** Of the abandoned. */
    private static void forgetOldest(SqlTransaction sql, String sink) throws SQLException {
        sql.update("""
            DELETE FROM alert_outbox WHERE sink = ? AND state = 'given-up' AND audit_seq <= (
              SELECT audit_seq FROM alert_outbox WHERE sink = ? AND state = 'given-up'
              ORDER BY audit_seq DESC LIMIT 1 OFFSET ?)\
            """, sink, sink, DONE_KEPT);
    }

    /** How many alerts were abandoned lately. */
    long abandonedLately(String sink, Instant now) {
        return database.readPromptly(sql -> sql.first(
                        "SELECT count(*) AS n FROM alert_outbox WHERE sink = ? AND state = 'given-up' AND next_try > ?",
                        row -> row.number("n"),
                        sink,
                        now.minus(ABANDONED_SHOWN).toEpochMilli()))
                .orElse(0L);
    }

    WebhookSinkStatus status(String sink) {
        return database.readPromptly(sql -> sql.first(
                        """
                        SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
                          (SELECT delivered FROM alert_sinks WHERE sink = ?1) AS delivered,
                          count(*) FILTER (WHERE state = 'given-up') AS given_up,
                          min(at) FILTER (WHERE state = 'pending') AS oldest,
                          (SELECT last_error FROM alert_outbox WHERE sink = ?1 AND last_error IS NOT NULL
                           ORDER BY audit_seq DESC LIMIT 1) AS last_error
                        FROM alert_outbox WHERE sink = ?1\
                        """,
                        row -> {
                            long oldest = row.number("oldest");
                            return new WebhookSinkStatus(
                                    sink,
                                    row.number("pending"),
                                    row.number("delivered"),
                                    row.number("given_up"),
                                    oldest == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(oldest)),
                                    row.optionalText("last_error"));
                        },
                        sink))
                .orElseThrow();
    }

    /** Events that lead to no alert move only this; a database that lacks what was read was put back. */
    private long placeInMemory(String sink, long newest) {
        long place = places.getOrDefault(sink, 0L);
        return place <= newest ? place : 0;
    }

    private long place(String sink) {
        return database.readPromptly(sql -> sql.first(
                        "SELECT audit_seq FROM alert_sinks WHERE sink = ?", row -> row.number("audit_seq"), sink))
                .orElseGet(audit::lastSeq);
    }

    private long pending(String sink) {
        return database.readPromptly(sql -> sql.first(
                        "SELECT count(*) AS n FROM alert_outbox WHERE sink = ? AND state = 'pending'",
                        row -> row.number("n"),
                        sink))
                .orElse(0L);
    }
}
