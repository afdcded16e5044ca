package io.weathervane.block;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The table {@code call_blocks}, and the triggers that record every change of it in the writer's own transaction, whichever
 * program the writer is. What is recorded and not audited yet is audited by the server, as done by SQL.
 */
final class BlockTable {
    static final String COMPONENT = "call-blocks";

    /** Recorded changes that are audited in one transaction. */
    private static final int BATCH = 500;

    private static final String COLUMNS =
            "SELECT scope, coalesce(reason, '') AS reason, coalesce(actor, '') AS actor, coalesce(at, '') AS at";

    private static final String NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    private static final List<String> STATEMENTS = List.of(
            """
            CREATE TABLE IF NOT EXISTS call_blocks (
              scope TEXT PRIMARY KEY NOT NULL CHECK (scope IN ('all', 'writes') OR scope GLOB 'service:?*'
                OR scope GLOB 'writes:?*' OR scope GLOB 'tool:?*'),
              reason TEXT,
              actor TEXT,
              at TEXT DEFAULT (%s))\
            """.formatted(NOW),
            """
            CREATE TABLE IF NOT EXISTS call_blocks_history (
              seq INTEGER PRIMARY KEY AUTOINCREMENT,
              at TEXT NOT NULL,
              scope TEXT,
              reason TEXT,
              actor TEXT,
              removed INTEGER NOT NULL DEFAULT 0,
              audit_seq INTEGER)\
            """,
            "CREATE INDEX IF NOT EXISTS call_blocks_history_pending ON call_blocks_history (seq) WHERE audit_seq IS NULL",
            """
            CREATE TRIGGER IF NOT EXISTS call_blocks_inserted AFTER INSERT ON call_blocks BEGIN
              INSERT INTO call_blocks_history (at, scope, reason, actor)
              VALUES (%s, NEW.scope, substr(NEW.reason, 1, 500), substr(NEW.actor, 1, 256));
            END\
            """.formatted(NOW),
            """
            CREATE TRIGGER IF NOT EXISTS call_blocks_deleted AFTER DELETE ON call_blocks BEGIN
              INSERT INTO call_blocks_history (at, scope, removed) VALUES (%s, OLD.scope, 1);
            END\
            """.formatted(NOW),
            """
            CREATE TRIGGER IF NOT EXISTS call_blocks_updated AFTER UPDATE ON call_blocks BEGIN
              INSERT INTO call_blocks_history (at, scope, removed)
              SELECT %1$s, OLD.scope, 1 WHERE NEW.scope IS NOT OLD.scope;
              INSERT INTO call_blocks_history (at, scope, reason, actor)
              VALUES (%1$s, NEW.scope, substr(NEW.reason, 1, 500), substr(NEW.actor, 1, 256));
            END\
            """.formatted(NOW));

    static final List<List<String>> VERSIONS = List.of(STATEMENTS);

    private final AuditLog audit;

    BlockTable(AuditLog audit) {
        this.audit = audit;
    }

    /** A change of another program's that is not in the audit. */
    private record Change(long seq, String scope, String reason, String actor, boolean removed) {
        static Change read(SqlRow row) throws SQLException {
            return new Change(
                    row.number("seq"), row.text("scope"), row.text("reason"), row.text("actor"), row.isSet("removed"));
        }
    }

    /** Puts back what was dropped of the tables and triggers. */
    void ensure(SqlTransaction sql) throws SQLException {
        for (String statement : STATEMENTS) {
            sql.update(statement);
        }
    }

    List<CallBlock> rows(SqlTransaction sql, Instant now) throws SQLException {
        return sql.query(COLUMNS + " FROM call_blocks ORDER BY rowid", row -> block(row, now));
    }

    /** The blocks whose last change was not that they were removed: what the table had, if it was dropped. */
    List<CallBlock> inEffectByHistory(SqlTransaction sql, Instant now) throws SQLException {
        return sql.query(COLUMNS + """
                 FROM call_blocks_history
                WHERE seq IN (SELECT max(seq) FROM call_blocks_history WHERE scope IS NOT NULL GROUP BY scope)
                  AND NOT removed
                ORDER BY seq\
                """, row -> block(row, now));
    }

    private static CallBlock block(SqlRow row, Instant now) throws SQLException {
        return new CallBlock(
                BlockScope.ofRow(row.text("scope")),
                SafeText.line(row.text("reason"), CallBlock.REASON_LENGTH_MAX),
                actor(row.text("actor")),
                time(row.text("at"), now));
    }

    /** Whether another program has changed something that is not in the audit yet. */
    boolean isAuditOwed(SqlTransaction sql) throws SQLException {
        return sql.exists("SELECT 1 FROM call_blocks_history WHERE audit_seq IS NULL LIMIT 1");
    }

    /** Audits what others changed. */
    void auditOthers(SqlTransaction sql) throws SQLException {
        List<Change> batch = pending(sql);
        while (!batch.isEmpty()) {
            for (Change change : batch) {
                ObjectNode payload = payload(change.scope(), change.reason());
                if (!change.actor().isEmpty()) {
                    payload.put("statedActor", change.actor());
                }
                long seq = audit.append(sql, event(change.removed(), Actor.DIRECT_SQL, payload))
                        .seq();
                sql.update(
                        "UPDATE call_blocks_history SET actor = ?, audit_seq = ? WHERE seq = ?",
                        Actor.DIRECT_SQL.name(),
                        seq,
                        change.seq());
            }
            batch = pending(sql);
        }
    }

    private static List<Change> pending(SqlTransaction sql) throws SQLException {
        return sql.query(
                "SELECT seq, coalesce(scope, '') AS scope, coalesce(reason, '') AS reason, coalesce(actor, '') AS actor,"
                        + " removed FROM call_blocks_history WHERE audit_seq IS NULL ORDER BY seq LIMIT " + BATCH,
                Change::read);
    }

    /** Writes a block of ours, unless its row is there already; whether it was written. */
    boolean insert(SqlTransaction sql, CallBlock block) throws SQLException {
        auditOthers(sql);
        int written = sql.update(
                "INSERT INTO call_blocks (scope, reason, actor, at) VALUES (?, ?, ?, ?) ON CONFLICT (scope) DO NOTHING",
                block.scope().text(),
                block.reason(),
                block.actor(),
                block.at().toString());
        if (written > 0) {
            auditOurs(
                    sql, false, new Actor(block.actor()), payload(block.scope().text(), block.reason()));
        }
        return written > 0;
    }

    /** Removes a block; whether there was one. */
    boolean delete(SqlTransaction sql, BlockScope scope, Actor actor, ObjectNode payload) throws SQLException {
        auditOthers(sql);
        boolean there = sql.update("DELETE FROM call_blocks WHERE scope = ?", scope.text()) > 0;
        if (there) {
            auditOurs(sql, true, actor, payload);
        }
        return there;
    }

    private void auditOurs(SqlTransaction sql, boolean removed, Actor actor, ObjectNode payload) throws SQLException {
        long seq = audit.append(sql, event(removed, actor, payload)).seq();
        sql.update(
                "UPDATE call_blocks_history SET actor = ?, audit_seq = ? WHERE audit_seq IS NULL", actor.name(), seq);
    }

    static ObjectNode payload(String scope, String reason) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("scope", scope);
        return reason.isEmpty() ? payload : payload.put("reason", reason);
    }

    private static NewAuditEvent event(boolean removed, Actor actor, ObjectNode payload) {
        return NewAuditEvent.of(removed ? AuditKind.CALLS_UNBLOCKED : AuditKind.CALLS_BLOCKED, actor, payload);
    }

    private static String actor(String text) {
        return text.isBlank() ? Actor.DIRECT_SQL.name() : SafeText.logged(text);
    }

    /** The time that the row says; {@code fallback} when another program put something else there. */
    private static Instant time(String text, Instant fallback) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return fallback;
        }
    }
}
