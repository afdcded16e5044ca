package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditLog;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredRecordHandler;
import io.weathervane.store.DeferredWrites;
import io.weathervane.store.ExternalCommitTracker;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import io.weathervane.store.TransactionWork;
import io.weathervane.store.WriteReceipt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way between the tables and the memory. Reads and commits go one at a time, under {@code working}, so that
 * memory takes in states of the database in the order in which they came about.
 */
final class FlagStore {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFlags.class);

    /** Longest wait for another change of the flags that is under way in this process. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    /** A change that a caller waits for waits this long for another program's lock. */
    private static final Duration COMMAND_PATIENCE = Duration.ofSeconds(5);

    /** One that is tried again anyway. */
    private static final Duration LATE_PATIENCE = Duration.ofMillis(250);

    /** Epochs left out at each start, for those that a crashed server had served from memory only. */
    private static final long EPOCHS_SKIPPED_AT_START = 1_000;

    private final Database database;
    private final AuditLog audit;
    private final FlagCatalog catalog;
    private final Clock clock;
    private final ReentrantLock working = new ReentrantLock();

    /** Whether memory has taken in what others changed, and nothing that follows from it is written. */
    private volatile boolean putOff;

    FlagStore(Database database, AuditLog audit, FlagCatalog catalog, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.catalog = catalog;
        this.clock = clock;
    }

    /** What is to be done inside a pass. */
    @FunctionalInterface
    interface Command {
        void run(FlagTransaction transaction) throws SQLException;

        static Command none() {
            return transaction -> {};
        }
    }

    /**
     * What a commit left behind.
     *
     * @param release who turned the kill switch off in it
     */
    record Committed(
            FlagReconciler model,
            List<FlagChange.Changed> changed,
            List<String> warnings,
            @Nullable EngagementRecord madeDurable,
            @Nullable KillSwitchResetRecord release) {}

    /** Makes the tables and catches up with what happened while the server was down. */
    FlagReconciler start() {
        database.migrate(FlagTables.COMPONENT, FlagTables.VERSIONS);
        try {
            Committed committed = database.write(sql -> {
                FlagTransaction transaction = FlagTransaction.begin(sql, audit, catalog, clock.instant());
                transaction.finish(transaction.model().stored().epoch() + EPOCHS_SKIPPED_AT_START, /* always= */ true);
                return committed(transaction, null);
            });
            committed.warnings().forEach(LOG::warn);
            return committed.model();
        } catch (StoreException e) {
            LOG.warn("flags cannot be written at the start, they are read as they are: {}", e.getMessage());
            return database.read(this::reading).model();
        }
    }

    /** One transaction: everything others changed, whatever memory knows better, then the command. */
    Committed commit(FlagCache memory, Command command) {
        database.late().hurry();
        lock(WAIT_MAX);
        try {
            return commitLocked(memory, command);
        } finally {
            working.unlock();
        }
    }

    private Committed commitLocked(FlagCache memory, Command command) {
        return commitLocked(memory, command, COMMAND_PATIENCE);
    }

    private Committed commitLocked(FlagCache memory, Command command, Duration patience) {
        Committed committed = database.write(sql -> transaction(sql, memory, command), patience);
        adopt(memory, committed);
        return committed;
    }

    private Committed transaction(SqlTransaction sql, FlagCache memory, Command command) throws SQLException {
        FlagTransaction transaction = FlagTransaction.begin(sql, audit, catalog, clock.instant());
        EngagementRecord keep =
                memory.engagementToKeep(transaction.model().stored().revision());
        if (keep != null) {
            transaction.engage(keep);
        }
        command.run(transaction);
        transaction.finish(memory.snapshot().epoch(), /* always= */ false);
        return committed(transaction, keep);
    }

    private static void adopt(FlagCache memory, Committed committed) {
        memory.committed(committed.model(), committed.madeDurable(), committed.release());
        committed.warnings().forEach(LOG::warn);
    }

    /** Writes engagements that are in effect already, in their place among all that is written late. */
    void writeLateInto(FlagCache memory) {
        database.late().register(PendingEngagement.KIND, new LateEngagements(memory));
    }

    /** Hands over an engagement that is in effect already. */
    WriteReceipt engaged(EngagementRecord mark) {
        return database.late().submit(List.of(PendingEngagement.of(mark)));
    }

    /** Why nothing can be written, once that has lasted for so long. */
    Optional<String> unwritable(Duration limit) {
        DeferredWrites late = database.late();
        return late.isFailingFor(limit)
                ? Optional.of(late.lag().failure().orElse("writes take longer than " + limit.toSeconds() + " s"))
                : Optional.empty();
    }

    /** Hands over an entry of the audit. */
    void record(AuditEntry entry) {
        database.late().submit(List.of(audit.late(entry)));
    }

    /** The engagements that an earlier server could not write any more. */
    List<EngagementRecord> engagementsLeft() {
        return database.late().left(PendingEngagement.KIND).stream()
                .map(PendingEngagement::read)
                .toList();
    }

    /** What memory knows is written by any commit of the flags; one that was written so already is passed over. */
    private final class LateEngagements implements DeferredRecordHandler {
        private final FlagCache memory;
        private @Nullable Committed committed;

        LateEngagements(FlagCache memory) {
            this.memory = memory;
        }

        @Override
        public void write(SqlTransaction sql, String body) throws SQLException {
            committed = transaction(sql, memory, Command.none());
        }

        @Override
        public void around(Runnable transaction) {
            lock(LATE_PATIENCE);
            try {
                committed = null;
                transaction.run();
                if (committed != null) {
                    adopt(memory, committed);
                }
            } finally {
                working.unlock();
            }
        }

        @Override
        public void failed(String why) {
            memory.notDurable(why);
        }
    }

    private Committed committed(FlagTransaction transaction, @Nullable EngagementRecord keep) {
        return new Committed(
                new FlagReconciler(catalog, transaction.left()),
                transaction.changed(),
                transaction.warnings(),
                keep,
                transaction.model().lastRelease());
    }

    /** How far a look at what others changed came. */
    enum Followed {
        /** A change of our own is under way, and takes in the same things. */
        NOT,
        /** What they changed is in effect, and what follows from it is to be written. */
        READ,
        DONE
    }

    /** Whether what follows is written. */
    enum Writing {
        NOT_YET,
        /** Unless another program is faster again and again. */
        IF_POSSIBLE,
        BY_ALL_MEANS
    }

    /**
     * Reads, takes effect in memory at once, and then writes what follows from it: audit, held values, rows put back.
     */
    Followed follow(FlagCache memory, Writing writing) {
        if (!working.tryLock()) {
            return Followed.NOT;
        }
        try {
            putOff = readInto(memory) || isOwed(memory);
            if (putOff && writing != Writing.NOT_YET) {
                putOff = !isWrittenAfterRead(memory, writing);
            }
            return putOff ? Followed.READ : Followed.DONE;
        } catch (StoreException e) {
            recover(memory, e);
            return Followed.DONE;
        } finally {
            working.unlock();
        }
    }

    /** What waits among the late writes is theirs to write, in its place. */
    private boolean isOwed(FlagCache memory) {
        return memory.state().memoryOnly() != null && database.late().lag().waiting() == 0;
    }

    private boolean readInto(FlagCache memory) {
        Reading reading = database.read(this::reading);
        memory.read(reading.model());
        return reading.pending() || reading.model().needsWriting();
    }

    private boolean isWrittenAfterRead(FlagCache memory, Writing writing) {
        TransactionWork<Committed> transaction = sql -> transaction(sql, memory, Command.none());
        try {
            Optional<Committed> committed = writing == Writing.IF_POSSIBLE
                    ? database.tryBriefly(transaction)
                    : Optional.of(database.writeBriefly(transaction, LATE_PATIENCE));
            committed.ifPresent(done -> adopt(memory, done));
            return committed.isPresent();
        } catch (StoreException e) {
            putOff = false;
            throw new WriteFailedException(e);
        }
    }

    /** The audit has what happened in its order: what others changed and is put off comes before what happens next. */
    void writeBeforeNextEvent(FlagCache memory) {
        audit.beforeAppend(() -> {
            if (putOff && !working.isHeldByCurrentThread() && working.tryLock()) {
                try {
                    putOff = false;
                    database.tryBriefly(sql -> transaction(sql, memory, Command.none()))
                            .ifPresent(done -> adopt(memory, done));
                } catch (StoreException e) {
                    LOG.debug("what others changed is audited after what happens now", e);
                } finally {
                    working.unlock();
                }
            }
        });
    }

    /** A read that fails on the tables, not on the file, may be mended by a write, which makes a dropped table anew. */
    private void recover(FlagCache memory, StoreException failure) {
        if (failure.kind() != StoreException.Kind.FAILED) {
            throw failure;
        }
        commitLocked(memory, Command.none(), LATE_PATIENCE);
        LOG.warn("the tables of the flags were put in order again after: {}", failure.getMessage());
    }

    /** What a read found; {@code pending} when others changed something that is not in the audit yet. */
    private record Reading(FlagReconciler model, boolean pending) {}

    private Reading reading(SqlTransaction sql) throws SQLException {
        Instant now = clock.instant();
        FlagReconciler model = new FlagReconciler(catalog, StoredFlags.load(sql, catalog));
        boolean pending = false;
        List<UnauditedChange> batch = UnauditedChange.pendingAfter(sql, 0);
        while (!batch.isEmpty()) {
            pending = true;
            batch.forEach(entry -> model.adopt(entry, now));
            batch = batch.size() < UnauditedChange.BATCH
                    ? List.of()
                    : UnauditedChange.pendingAfter(
                            sql, batch.get(batch.size() - 1).seq());
        }
        List<UnauditedChange> unrecorded = StoredFlags.unrecorded(sql, catalog);
        unrecorded.forEach(entry -> model.adopt(entry, now));
        model.adoptTable(now);
        return new Reading(model, pending || !unrecorded.isEmpty());
    }

    /** Whether the database has the kill switch on and recorded, right now; fails when it does not say so at once. */
    boolean isEngagedInDatabase() {
        return database.readPromptly(this::reading).model().engaged();
    }

    long dataVersion() {
        return database.dataVersion();
    }

    ExternalCommitTracker outsideChanges() {
        return database.outsideChanges();
    }

    List<FlagHistoryRow> history(Optional<String> key, int limit) {
        String columns = "SELECT seq, at, key, " + StoredFlagValue.columns("old_value") + ", "
                + StoredFlagValue.columns("new_value") + ", actor, audit_seq FROM settings_history ";
        return database.read(sql -> key.isPresent()
                ? sql.query(
                        columns + "WHERE key = ? ORDER BY seq DESC LIMIT ?", FlagStore::historyRow, key.get(), limit)
                : sql.query(columns + "ORDER BY seq DESC LIMIT ?", FlagStore::historyRow, limit));
    }

    private static FlagHistoryRow historyRow(ResultSet row) throws SQLException {
        long auditSeq = row.getLong(9);
        String actor = row.getString(8);
        return new FlagHistoryRow(
                row.getLong(1),
                UnauditedChange.time(row.getString(2)).orElse(Instant.EPOCH),
                row.getString(3),
                StoredFlagValue.from(row, 4).asText(),
                StoredFlagValue.from(row, 6).asText(),
                actor == null ? Actor.DIRECT_SQL.name() : actor,
                auditSeq == 0 ? Optional.empty() : Optional.of(auditSeq));
    }

    private void lock(Duration patience) {
        try {
            if (!working.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException(
                        StoreException.Kind.BUSY,
                        "another change of the flags has been under way for " + patience.toMillis()
                                + " ms; nothing was written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.FAILED, "interrupted; nothing was written", e);
        }
    }

    /** The read went well and the write that should have followed did not. */
    static final class WriteFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WriteFailedException(StoreException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
