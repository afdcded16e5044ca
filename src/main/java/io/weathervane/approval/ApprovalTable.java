package io.weathervane.approval;

import io.weathervane.audit.Actor;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The rows. What they were is in the audit for good; here they are kept as long as a client may ask about them. */
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
                ) STRICT\
                """, "CREATE INDEX approvals_by_expiry ON approvals (expires_at)"),
            /* Whose account asked for what is open now was not written down, so no reader can tell who may grant it. */
            List.of(
                    "ALTER TABLE approvals ADD COLUMN account TEXT NOT NULL DEFAULT ''",
                    "UPDATE approvals SET account = requester",
                    "UPDATE approvals SET expires_at = requested_at WHERE state IN ('pending', 'granted')"),
            /* What is open now was given for a label, and not for the program that runs by it. */
            List.of(
                    "ALTER TABLE approvals ADD COLUMN runs TEXT NOT NULL DEFAULT '[]'",
                    "UPDATE approvals SET state = 'expired' WHERE state IN ('pending', 'granted')"));

    /** How long an approval that can no longer be used still answers for itself. */
    private static final Duration KEPT_AFTER_EXPIRY = Duration.ofDays(1);

    private static final String COLUMNS =
            "id, requester, account, tool, change, reason, arguments, runs, state, requested_at,"
                    + " expires_at, decided_by, decided_at, note";

    private ApprovalTable() {}

    static void insert(SqlTransaction sql, Approval approval) throws SQLException {
        ApprovalRequest request = approval.request();
        sql.update(
                "INSERT INTO approvals (digest, " + COLUMNS
                        + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
                request.digest(),
                approval.id(),
                request.requester().name(),
                request.requester().account(),
                request.tool(),
                request.change(),
                request.reason(),
                request.argumentsText(),
                JsonMapper.shared().writeValueAsString(request.runs()),
                approval.state().wireName(),
                approval.requestedAt().toEpochMilli(),
                approval.expiresAt().toEpochMilli());
    }

    /** Writes down a decision; false when the approval is not in that state any more. */
    static boolean decide(SqlTransaction sql, ApprovalState from, Approval decided) throws SQLException {
        return sql.update(
                        "UPDATE approvals SET state = ?, expires_at = ?, decided_by = ?, decided_at = ?, note = ?"
                                + " WHERE id = ? AND state = ?",
                        decided.state().wireName(),
                        decided.expiresAt().toEpochMilli(),
                        decided.decidedBy().map(Actor::name).orElse(null),
                        decided.decision()
                                .map(decision -> decision.at().toEpochMilli())
                                .orElse(null),
                        decided.decision().flatMap(Approval.Decision::note).orElse(null),
                        decided.id(),
                        from.wireName())
                == 1;
    }

    /** Uses up a granted approval; false when it was not there to be used. */
    static boolean use(SqlTransaction sql, String id) throws SQLException {
        return move(sql, id, ApprovalState.GRANTED, ApprovalState.USED);
    }

    /** The time of an approval that was open is over; false when it was not open any more. */
    static boolean expire(SqlTransaction sql, Approval open) throws SQLException {
        return move(sql, open.id(), open.state(), ApprovalState.EXPIRED);
    }

    private static boolean move(SqlTransaction sql, String id, ApprovalState from, ApprovalState to)
            throws SQLException {
        return sql.update(
                        "UPDATE approvals SET state = ? WHERE id = ? AND state = ?", to.wireName(), id, from.wireName())
                == 1;
    }

    /** As it is stored: an open one may be over by now. */
    static Optional<Approval> find(SqlTransaction sql, String id) throws SQLException {
        return sql.first("SELECT " + COLUMNS + " FROM approvals WHERE id = ?", ApprovalTable::read, id);
    }

    /** Those that are stored as open, oldest first: in the order in which they were asked for, whatever the clock did. */
    static List<Approval> open(SqlTransaction sql) throws SQLException {
        return sql.query(
                "SELECT " + COLUMNS + " FROM approvals WHERE state IN (?, ?) ORDER BY rowid",
                ApprovalTable::read,
                ApprovalState.PENDING.wireName(),
                ApprovalState.GRANTED.wireName());
    }

    static void forgetOld(SqlTransaction sql, Instant now) throws SQLException {
        sql.update(
                "DELETE FROM approvals WHERE expires_at < ? AND state NOT IN ('pending', 'granted')",
                now.minus(KEPT_AFTER_EXPIRY).toEpochMilli());
    }

    private static Approval read(SqlRow row) throws SQLException {
        ApprovalRequest request = new ApprovalRequest(
                new ApprovalParty(row.text("requester"), row.text("account")),
                row.text("tool"),
                row.text("change"),
                row.text("reason"),
                (ObjectNode) JsonMapper.shared().readTree(row.text("arguments")),
                texts(row.text("runs")));
        return new Approval(
                row.text("id"),
                request,
                ApprovalState.of(row.text("state")),
                row.time("requested_at"),
                row.time("expires_at"),
                decision(row));
    }

    private static Optional<Approval.Decision> decision(SqlRow row) throws SQLException {
        Optional<String> by = row.optionalText("decided_by");
        return by.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Approval.Decision(new Actor(by.get()), row.time("decided_at"), row.optionalText("note")));
    }

    private static List<String> texts(String json) {
        return JsonMapper.shared()
                .readTree(json)
                .valueStream()
                .map(text -> text.asString(""))
                .toList();
    }
}
