package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditLog;
import io.weathervane.store.Database;
import io.weathervane.store.Sql;
import io.weathervane.store.StoreException;
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

    /** Epochs left out at each start, for those that a crashed server had served from memory only. */
    private static final long EPOCHS_SKIPPED_AT_START = 1_000;

    private final Database database;
    private final AuditLog audit;
    private final FlagCatalog catalog;
    private final Clock clock;
    private final ReentrantLock working = new ReentrantLock();

    FlagStore(Database database, AuditLog audit, FlagCatalog catalog, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.catalog = catalog;
        this.clock = clock;
    }

    /** What is to be done inside a pass. */
    @FunctionalInterface
    interface Command {
        void run(FlagPass pass) throws SQLException;

        static Command none() {
            return pass -> {};
        }
    }

    /**
     * What a commit left behind.
     *
     * @param release who turned the kill switch off in it
     */
    record Committed(
            FlagModel model,
            List<FlagChange.Changed> changed,
            List<String> warnings,
            @Nullable EngagedMark madeDurable,
            @Nullable Release release) {}

    /** Makes the tables and catches up with what happened while the server was down. */
    FlagModel start() {
        database.migrate(FlagTables.COMPONENT, FlagTables.VERSIONS);
        try {
            Committed committed = database.write(sql -> {
                FlagPass pass = FlagPass.begin(sql, audit, catalog, clock.instant());
                pass.finish(pass.model().stored().epoch() + EPOCHS_SKIPPED_AT_START, /* always= */ true);
                return committed(sql, pass, null);
            });
            committed.warnings().forEach(LOG::warn);
            return committed.model();
        } catch (StoreException e) {
            LOG.warn("flags cannot be written at the start, they are read as they are: {}", e.getMessage());
            return database.read(this::reading).model();
        }
    }

    /** One transaction: everything others changed, whatever memory knows better, then the command. */
    Committed commit(FlagMemory memory, Command command) {
        lock();
        try {
            return commitLocked(memory, command);
        } finally {
            working.unlock();
        }
    }

    private Committed commitLocked(FlagMemory memory, Command command) {
        Committed committed = database.write(sql -> {
            FlagPass pass = FlagPass.begin(sql, audit, catalog, clock.instant());
            EngagedMark keep = memory.engagementToKeep(pass.model().stored().revision());
            if (keep != null) {
                pass.engage(keep);
            }
            command.run(pass);
            pass.finish(memory.snapshot().epoch(), /* always= */ false);
            return committed(sql, pass, keep);
        });
        memory.committed(committed.model(), committed.madeDurable(), committed.release());
        committed.warnings().forEach(LOG::warn);
        return committed;
    }

    private Committed committed(Sql sql, FlagPass pass, @Nullable EngagedMark keep) throws SQLException {
        return new Committed(
                new FlagModel(catalog, StoredFlags.load(sql, catalog)),
                pass.changed(),
                pass.warnings(),
                keep,
                pass.model().lastRelease());
    }

    /**
     * Reads, takes effect in memory at once, and then writes what follows from it: audit, held values, rows put
     * back. Does nothing when a change is under way, because that takes in the same things.
     *
     * @param always whether to write although nothing follows, because the command has something of its own
     * @return whether it was done
     */
    boolean follow(FlagMemory memory, Command command, boolean always) {
        if (!working.tryLock()) {
            return false;
        }
        try {
            if (readInto(memory) || always || memory.state().memoryOnly() != null) {
                writeAfterRead(memory, command);
            }
            return true;
        } catch (StoreException e) {
            putInOrder(memory, command, e);
            return true;
        } finally {
            working.unlock();
        }
    }

    private boolean readInto(FlagMemory memory) {
        Reading reading = database.read(this::reading);
        memory.read(reading.model());
        return reading.pending() || reading.model().needsWriting();
    }

    private void writeAfterRead(FlagMemory memory, Command command) {
        try {
            commitLocked(memory, command);
        } catch (StoreException e) {
            throw new WriteFailedException(e);
        }
    }

    /** A read that fails on the tables, not on the file, may be mended by a write, which makes a dropped table anew. */
    private void putInOrder(FlagMemory memory, Command command, StoreException failure) {
        if (failure.kind() != StoreException.Kind.FAILED) {
            throw failure;
        }
        commitLocked(memory, command);
        LOG.warn("the tables of the flags were put in order again after: {}", failure.getMessage());
    }

    /** What a read found; {@code pending} when others changed something that is not in the audit yet. */
    private record Reading(FlagModel model, boolean pending) {}

    private Reading reading(Sql sql) throws SQLException {
        Instant now = clock.instant();
        FlagModel model = new FlagModel(catalog, StoredFlags.load(sql, catalog));
        boolean pending = false;
        List<HistoryEntry> batch = HistoryEntry.pendingAfter(sql, 0);
        while (!batch.isEmpty()) {
            pending = true;
            batch.forEach(entry -> model.adopt(entry, now));
            batch = HistoryEntry.pendingAfter(sql, batch.get(batch.size() - 1).seq());
        }
        List<HistoryEntry> unrecorded = StoredFlags.unrecorded(sql, catalog);
        unrecorded.forEach(entry -> model.adopt(entry, now));
        model.adoptTable(now);
        return new Reading(model, pending || !unrecorded.isEmpty());
    }

    /** Whether the database has the kill switch on and recorded, right now. */
    boolean isEngagedInDatabase() {
        return database.read(this::reading).model().engaged();
    }

    long dataVersion() {
        return database.dataVersion();
    }

    List<FlagHistoryRow> history(Optional<String> key, int limit) {
        String columns = "SELECT seq, at, key, " + StoredValue.columns("old_value") + ", "
                + StoredValue.columns("new_value") + ", actor, audit_seq FROM settings_history ";
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
                HistoryEntry.time(row.getString(2)).orElse(Instant.EPOCH),
                row.getString(3),
                StoredValue.from(row, 4).asText(),
                StoredValue.from(row, 6).asText(),
                actor == null ? Actor.DIRECT_SQL.name() : actor,
                auditSeq == 0 ? Optional.empty() : Optional.of(auditSeq));
    }

    private void lock() {
        try {
            if (!working.tryLock(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException(
                        StoreException.Kind.BUSY,
                        "another change of the flags has been under way for " + WAIT_MAX.toSeconds()
                                + " s; nothing was written");
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
