package io.weathervane.flags;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.ChangeLock;
import io.weathervane.store.Database;
import io.weathervane.store.DeferredWrites;
import io.weathervane.store.NextExternalCommitPredictor;
import io.weathervane.store.RecordKindWriter;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import io.weathervane.store.TransactionWork;
import io.weathervane.store.WriteReceipt;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private final Clock clock;
    private final FlagTablesReader tables;
    private final ChangeLock working = new ChangeLock("the flags");

    /** Whether memory has taken in what others changed, and nothing that follows from it is written. */
    private volatile boolean putOff;

    /** Changed under {@code working}. */
    private volatile FlagCatalog catalog;

    /** Whether a commit of the flags was begun, and what it left in the tables is not in memory. */
    private volatile boolean inDoubt;

    FlagStore(Database database, AuditLog audit, FlagCatalog catalog, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.catalog = catalog;
        this.clock = clock;
        this.tables = new FlagTablesReader(database, this::catalog, clock);
    }

    /** Change to be made inside a pass. */
    @FunctionalInterface
    interface Command {
        void run(FlagTransaction transaction) throws SQLException;

        static Command none() {
            return transaction -> {};
        }
    }

    /**
     * Result of a commit.
     *
     * @param reset who turned the kill switch off in it
     */
    record Committed(
            FlagReconciler reconciler,
            List<FlagChangeResult.Changed> changed,
            List<String> warnings,
            @Nullable EngagementRecord madeDurable,
            @Nullable KillSwitchResetRecord reset) {}

    /** Makes the tables and catches up with what happened while the server was down. */
    FlagReconciler start() {
        database.migrate(FlagTableDefinitions.COMPONENT, FlagTableDefinitions.VERSIONS);
        try {
            Committed committed = database.write(sql -> {
                FlagTransaction transaction = FlagTransaction.begin(sql, audit, catalog, clock.instant());
                transaction.finish(
                        transaction.reconciler().stored().epoch() + EPOCHS_SKIPPED_AT_START, /* always= */ true);
                return committed(transaction, null);
            });
            committed.warnings().forEach(LOG::warn);
            return committed.reconciler();
        } catch (StoreException e) {
            LOG.warn("flags cannot be written at the start, they are read as they are: {}", e.getMessage());
            return tables.read().reconciler();
        }
    }

    /** One transaction: everything others changed, whatever memory knows better, then the command. */
    Committed commit(FlagCache cache, Command command) {
        database.deferredWrites().hurry();
        working.lock(WAIT_MAX);
        try {
            return commitLocked(cache, command);
        } finally {
            working.unlock();
        }
    }

    FlagTablesReader tables() {
        return tables;
    }

    FlagCatalog catalog() {
        return catalog;
    }

    /**
     * Goes by another catalog from now on, as a start with it does: new flags get their rows, and rows of flags that are gone
     * stay without effect.
     *
     * @throws StoreException when the database does not take it; then the one before stays in force
     */
    void replace(FlagCatalog next, FlagCache cache) {
        database.deferredWrites().hurry();
        working.lock(WAIT_MAX);
        FlagCatalog before = catalog;
        try {
            catalog = next;
            Committed unused = commitLocked(cache, Command.none());
        } catch (RuntimeException e) {
            catalog = before;
            throw e;
        } finally {
            working.unlock();
        }
    }

    private Committed commitLocked(FlagCache cache, Command command) {
        return commitLocked(cache, command, COMMAND_PATIENCE);
    }

    private Committed commitLocked(FlagCache cache, Command command, Duration patience) {
        inDoubt = true;
        Committed committed = database.write(sql -> transaction(sql, cache, command), patience);
        adopt(cache, committed);
        return committed;
    }

    private Committed transaction(SqlTransaction sql, FlagCache cache, Command command) throws SQLException {
        FlagTransaction transaction = FlagTransaction.begin(sql, audit, catalog, clock.instant());
        EngagementRecord keep =
                cache.engagementToKeep(transaction.reconciler().stored().revision());
        if (keep != null) {
            transaction.engage(keep);
        }
        command.run(transaction);
        transaction.finish(cache.snapshot().epoch(), /* always= */ false);
        return committed(transaction, keep);
    }

    private void adopt(FlagCache cache, Committed committed) {
        cache.committed(committed.reconciler(), committed.madeDurable(), committed.reset());
        putOff = false;
        inDoubt = false;
        committed.warnings().forEach(LOG::warn);
    }

    /** Writes engagements that are in effect already, in their place among all that is written late. */
    void writePendingInto(FlagCache cache) {
        database.deferredWrites().register(DeferredEngagementCodec.KIND, new DeferredEngagements(cache));
    }

    /** Hands over an engagement that is in effect already. */
    WriteReceipt engaged(EngagementRecord engagement) {
        return database.deferredWrites().submit(List.of(DeferredEngagementCodec.of(engagement)));
    }

    /** Why nothing can be written, once that has lasted for so long. */
    Optional<String> unwritable(Duration limit) {
        DeferredWrites deferredWrites = database.deferredWrites();
        return deferredWrites.isFailingFor(limit)
                ? Optional.of(
                        deferredWrites.lag().failure().orElse("writes take longer than " + limit.toSeconds() + " s"))
                : Optional.empty();
    }

    /** Hands over an entry of the audit. */
    void record(NewAuditEvent event) {
        database.deferredWrites().submit(List.of(audit.deferred(event)));
    }

    /** The engagements that an earlier server could not write any more. */
    List<EngagementRecord> engagementsLeft() {
        return database.deferredWrites().left(DeferredEngagementCodec.KIND).stream()
                .map(DeferredEngagementCodec::read)
                .toList();
    }

    /**
     * Writes the engagements that only memory has. Any commit of the flags writes them too; an engagement that was
     * written so already is passed over.
     */
    private final class DeferredEngagements implements RecordKindWriter {
        private final FlagCache cache;
        private @Nullable Committed committed;

        DeferredEngagements(FlagCache cache) {
            this.cache = cache;
        }

        @Override
        public void write(SqlTransaction sql, String body) throws SQLException {
            inDoubt = true;
            committed = transaction(sql, cache, Command.none());
        }

        @Override
        public void around(Runnable transaction) {
            working.lock(LATE_PATIENCE);
            try {
                committed = null;
                transaction.run();
                if (committed != null) {
                    adopt(cache, committed);
                }
            } finally {
                working.unlock();
            }
        }

        @Override
        public void failed(String why) {
            cache.notDurable(why);
        }
    }

    private Committed committed(FlagTransaction transaction, @Nullable EngagementRecord keep) {
        return new Committed(
                new FlagReconciler(catalog, transaction.left()),
                transaction.changed(),
                transaction.warnings(),
                keep,
                transaction.reconciler().lastReset());
    }

    /** Progress of a look at what others changed. */
    enum Followed {
        /** A change of our own is under way, and takes in the same things. */
        NOT,
        /** What they changed is in effect, and what follows from it is to be written. */
        READ,
        DONE
    }

    /** Urgency of the write of what follows from a change of others. */
    enum Writing {
        NOT_YET,
        /** Unless another program is faster again and again. */
        IF_POSSIBLE,
        BY_ALL_MEANS
    }

    /** Whether a commit of the flags left it open what the tables say; a read settles it. */
    boolean isInDoubt() {
        return inDoubt;
    }

    /**
     * Reads, takes effect in memory at once, and then writes what follows from it: audit, held values, rows put back.
     *
     * @param changed whether others may have changed something since the last read; else memory has it already
     */
    Followed follow(FlagCache cache, boolean changed, Writing writing) {
        if (!working.tryLock()) {
            return Followed.NOT;
        }
        try {
            if (changed || inDoubt) {
                putOff = readInto(cache);
            }
            putOff = putOff || isOwed(cache);
            if (putOff && writing != Writing.NOT_YET) {
                putOff = !tryWriteAfterRead(cache, writing);
            }
            return putOff ? Followed.READ : Followed.DONE;
        } catch (StoreException e) {
            recover(cache, e);
            return Followed.DONE;
        } finally {
            working.unlock();
        }
    }

    /** What waits among the late writes is theirs to write, in its place. */
    private boolean isOwed(FlagCache cache) {
        return cache.state().memoryOnly() != null
                && database.deferredWrites().lag().waiting() == 0;
    }

    private boolean readInto(FlagCache cache) {
        FlagTablesReader.Reading reading = tables.read();
        cache.read(reading.reconciler());
        inDoubt = false;
        return reading.needsWriting();
    }

    private boolean tryWriteAfterRead(FlagCache cache, Writing writing) {
        TransactionWork<Committed> transaction = sql -> transaction(sql, cache, Command.none());
        inDoubt = true;
        try {
            Optional<Committed> committed = writing == Writing.IF_POSSIBLE
                    ? database.tryBriefly(transaction)
                    : Optional.of(database.writeBriefly(transaction, LATE_PATIENCE));
            committed.ifPresent(done -> adopt(cache, done));
            return committed.isPresent();
        } catch (StoreException e) {
            putOff = false;
            throw new WriteFailedException(e);
        }
    }

    /** The audit has what happened in its order: what others changed and is put off comes before what happens next. */
    void writeBeforeNextEvent(FlagCache cache) {
        audit.beforeAppend(() -> {
            if (putOff && !working.isHeldByCurrentThread() && working.tryLock()) {
                try {
                    putOff = false;
                    inDoubt = true;
                    database.tryBriefly(sql -> transaction(sql, cache, Command.none()))
                            .ifPresent(done -> adopt(cache, done));
                } catch (StoreException e) {
                    LOG.debug("what others changed is audited after what happens now", e);
                } finally {
                    working.unlock();
                }
            }
        });
    }

    /** A read that fails on the tables, not on the file, may be mended by a write, which makes a dropped table anew. */
    private void recover(FlagCache cache, StoreException failure) {
        if (failure.kind() != StoreException.Kind.FAILED) {
            throw failure;
        }
        commitLocked(cache, Command.none(), LATE_PATIENCE);
        LOG.warn("the tables of the flags were put in order again after: {}", failure.getMessage());
    }

    long dataVersion() {
        return database.dataVersion();
    }

    NextExternalCommitPredictor outsideChanges() {
        return database.outsideChanges();
    }

    /** The read went well and the write that should have followed did not. */
    static final class WriteFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WriteFailedException(StoreException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
