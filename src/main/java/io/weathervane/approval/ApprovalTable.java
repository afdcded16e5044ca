package io.weathervane.approval;

import io.weathervane.audit.Actor;
import io.weathervane.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The rows. What they were is in the audit for good; here they are kept as long as somebody may ask about them. */
final class ApprovalTable {
    static final String COMPONENT = "approval";

    static final List<List<String>> VERSIONS = List.of(
            List.of("""
            CREATE TABLE approvals (
              id TEXT PRIMARY KEY,
              digest TEXT NOT NULL,
              requester TEXT NOT NULL,
              tool TEXT NOT NULL,
              change TEXT NOT NULL,
              reason TEXT NOT NULL,
              arguments TEXT NOT NULL,
              state TEXT NOT NULL,
              requested_at INTEGER NOT NULL,
              expires_at INTEGER NOT NULL,
              decided_by TEXT,
              decided_at INTEGER,
              note TEXT
            ) STRICT""", "CREATE INDEX approvals_by_expiry ON approvals (expires_at)"),
            /* Whose account asked for what is open now was not written down, so nobody can tell who may grant it. */
            List.of(
                    "ALTER TABLE approvals ADD COLUMN account TEXT NOT NULL DEFAULT ''",
                    "UPDATE approvals SET account = requester",
                    "UPDATE approvals SET expires_at = requested_at WHERE state IN ('pending', 'granted')"));

    /** How long an approval that can no longer be used still answers for itself. */
    private static final Duration KEPT_AFTER_EXPIRY = Duration.ofDays(1);

    private static final String COLUMNS =
            "id, requester, account, tool, change, reason, arguments, state, requested_at,"
                    + " expires_at, decided_by, decided_at, note";

    private ApprovalTable() {}

    static void insert(Sql sql, Approval approval) throws SQLException {
        ApprovalRequest request = approval.request();
        sql.update(
                "INSERT INTO approvals (digest, " + COLUMNS
                        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
                request.digest(),
                approval.id(),
                request.requester().name(),
                request.requester().account(),
                request.tool(),
                request.change(),
                request.reason(),
                request.argumentsText(),
                approval.state().wireName(),
                approval.requestedAt().toEpochMilli(),
                approval.expiresAt().toEpochMilli());
    }

    /** Writes down a decision; false when the approval is not in that state any more. */
    static boolean decide(Sql sql, ApprovalState from, Approval decided) throws SQLException {
        return sql.update(
                        "UPDATE approvals SET state = ?, expires_at = ?, decided_by = ?, decided_at = ?, note = ?"
                                + " WHERE id = ? AND state = ?",
                        decided.state().wireName(),
                        decided.expiresAt().toEpochMilli(),
                        decided.decidedBy().map(Actor::name).orElse(null),
                        decided.decidedAt().map(Instant::toEpochMilli).orElse(null),
                        decided.note().orElse(null),
                        decided.id(),
                        from.wireName())
                == 1;
    }

    /** Uses up a granted approval; false when it was not there to be used. */
    static boolean use(Sql sql, String id, Instant now) throws SQLException {
        return sql.update(
                        "UPDATE approvals SET state = ? WHERE id = ? AND state = ? AND expires_at > ?",
                        ApprovalState.USED.wireName(),
                        id,
                        ApprovalState.GRANTED.wireName(),
                        now.toEpochMilli())
                == 1;
    }

    static Optional<Approval> find(Sql sql, String id, Instant now) throws SQLException {
        return sql.first("SELECT " + COLUMNS + " FROM approvals WHERE id = ?", row -> read(row, now), id);
    }

    /** The requester's own approval of the very same thing, if one is still open. */
    static Optional<Approval> findOpen(Sql sql, ApprovalRequest request, Instant now) throws SQLException {
        return sql.first(
                "SELECT " + COLUMNS + " FROM approvals WHERE requester = ? AND digest = ? AND state IN (?, ?)"
                        + " AND expires_at > ? ORDER BY requested_at DESC LIMIT 1",
                row -> read(row, now),
                request.requester().name(),
                request.digest(),
                ApprovalState.PENDING.wireName(),
                ApprovalState.GRANTED.wireName(),
                now.toEpochMilli());
    }

    /** Those that can still be granted or used, oldest first. */
    static List<Approval> open(Sql sql, Instant now) throws SQLException {
        return sql.query(
                "SELECT " + COLUMNS + " FROM approvals WHERE state IN (?, ?) AND expires_at > ?"
                        + " ORDER BY requested_at, id",
                row -> read(row, now),
                ApprovalState.PENDING.wireName(),
                ApprovalState.GRANTED.wireName(),
                now.toEpochMilli());
    }

    static void forgetOld(Sql sql, Instant now) throws SQLException {
        sql.update(
                "DELETE FROM approvals WHERE expires_at < ?",
                now.minus(KEPT_AFTER_EXPIRY).toEpochMilli());
    }

    private static Approval read(ResultSet row, Instant now) throws SQLException {
        ApprovalRequest request = new ApprovalRequest(
                new Person(row.getString("requester"), row.getString("account")),
                row.getString("tool"),
                row.getString("change"),
                row.getString("reason"),
                (ObjectNode) JsonMapper.shared().readTree(row.getString("arguments")));
        Instant expiresAt = Instant.ofEpochMilli(row.getLong("expires_at"));
        long decidedAt = row.getLong("decided_at");
        boolean decided = !row.wasNull();
        return new Approval(
                row.getString("id"),
                request,
                stateAt(now, ApprovalState.of(row.getString("state")), expiresAt),
                Instant.ofEpochMilli(row.getLong("requested_at")),
                expiresAt,
                Optional.ofNullable(row.getString("decided_by")).map(Actor::new),
                decided ? Optional.of(Instant.ofEpochMilli(decidedAt)) : Optional.empty(),
                Optional.ofNullable(row.getString("note")));
    }

    private static ApprovalState stateAt(Instant now, ApprovalState stored, Instant expiresAt) {
        boolean open = stored == ApprovalState.PENDING || stored == ApprovalState.GRANTED;
        return open && !now.isBefore(expiresAt) ? ApprovalState.EXPIRED : stored;
    }
}
