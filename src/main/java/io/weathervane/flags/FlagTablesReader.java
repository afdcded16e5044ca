package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditLog;
import io.weathervane.store.Database;
import io.weathervane.store.SqlRow;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the flags' tables; changes nothing in them, and nothing in memory. */
final class FlagTablesReader {
    private static final String HISTORY = "SELECT at, key, " + StoredFlagValue.columns("old_value") + ", "
            + StoredFlagValue.columns("new_value") + ", actor, audit_seq, " + AuditLog.causeOf("audit_seq")
            + " AS cause FROM settings_history ";

    private final Database database;
    private final Supplier<FlagCatalog> inForce;
    private final Clock clock;

    /** @param inForce every flag there is at a read */
    FlagTablesReader(Database database, Supplier<FlagCatalog> inForce, Clock clock) {
        this.database = database;
        this.inForce = inForce;
        this.clock = clock;
    }

    /**
     * State of the flags by the tables, with all that others changed taken in.
     *
     * @param pending whether others changed something that is not in the audit yet
     */
    record Reading(FlagReconciler reconciler, boolean pending) {
        /** Whether something follows from it that is to be written. */
        boolean needsWriting() {
            return pending || reconciler.needsWriting();
        }
    }

    Reading read() {
        return database.read(this::reading);
    }

    /** Whether the database has the kill switch on and recorded, right now; fails when it does not say so at once. */
    boolean isEngaged() {
        return database.readPromptly(this::reading).reconciler().engaged();
    }

    private Reading reading(SqlTransaction sql) throws SQLException {
        Instant now = clock.instant();
        FlagCatalog catalog = inForce.get();
        FlagReconciler reconciler = new FlagReconciler(catalog, FlagTablesSnapshot.load(sql, catalog));
        boolean pending = false;
        List<UnauditedChange> batch = UnauditedChange.pendingAfter(sql, 0);
        while (!batch.isEmpty()) {
            pending = true;
            batch.forEach(change -> reconciler.adopt(change, now));
            batch = batch.size() < UnauditedChange.BATCH
                    ? List.of()
                    : UnauditedChange.pendingAfter(
                            sql, batch.get(batch.size() - 1).seq());
        }
        List<UnauditedChange> unrecorded = FlagTablesSnapshot.unrecorded(sql, catalog);
        unrecorded.forEach(change -> reconciler.adopt(change, now));
        reconciler.adoptTable(now);
        return new Reading(reconciler, pending || !unrecorded.isEmpty());
    }

    /**
     * Changes of flags, the newest first.
     *
     * @param key of one flag; of all when empty
     */
    List<FlagHistoryRow> history(Optional<String> key, int limit) {
        return database.read(sql -> key.isPresent()
                ? sql.query(
                        HISTORY + "WHERE key = ? ORDER BY seq DESC LIMIT ?",
                        FlagTablesReader::historyRow,
                        key.get(),
                        limit)
                : sql.query(HISTORY + "ORDER BY seq DESC LIMIT ?", FlagTablesReader::historyRow, limit));
    }

    private static FlagHistoryRow historyRow(SqlRow row) throws SQLException {
        long auditSeq = row.number("audit_seq");
        return new FlagHistoryRow(
                UnauditedChange.time(row.text("at")).orElse(Instant.EPOCH),
                row.text("key"),
                StoredFlagValue.from(row, "old_value").asText(),
                StoredFlagValue.from(row, "new_value").asText(),
                row.optionalText("actor").orElseGet(Actor.DIRECT_SQL::name),
                auditSeq == 0
                        ? Optional.empty()
                        : Optional.of(new FlagHistoryRow.Audited(
                                auditSeq, row.optionalText("cause").orElse(""))));
    }
}
