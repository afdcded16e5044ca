package io.weathervane.block;

import io.weathervane.audit.Actor;
import io.weathervane.store.ChangeLock;
import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what other programs change in {@code call_blocks} into memory, audits it, and puts a table that was dropped in order
 * again. By the thread that follows the flags, but for the first read. While the table cannot be read the blocks that are
 * known hold; when it never could be since the start, all calls are blocked.
 */
final class BlockTableFollower {
    private static final Logger LOG = LoggerFactory.getLogger("CallBlocks");

    /** What others changed is audited when they pause; this long after it was noticed at the latest, as for flags: 3 s. */
    private static final Duration AUDIT_AFTER_MAX = Duration.ofSeconds(3);

    /** One attempt at that waits this long for another program's lock: 250 ms. */
    private static final Duration AUDIT_PATIENCE = Duration.ofMillis(250);

    /** As long as others are still to be looked for before a write of ours: one poll of the flags, 50 ms. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Database database;
    private final BlockTable table;
    private final BlockMemory memory;
    private final Clock clock;
    private final ChangeLock working;
    private final Runnable changed;
    private volatile Optional<String> unreadableBecause = Optional.empty();

    private long seenVersion = Long.MIN_VALUE;
    private boolean auditOwed;
    private long auditOwedSince;

    /**
     * @param working held while a state of the table is taken into memory
     * @param changed told after other calls are blocked than before
     */
    BlockTableFollower(
            Database database,
            BlockTable table,
            BlockMemory memory,
            Clock clock,
            ChangeLock working,
            Runnable changed) {
        this.database = database;
        this.table = table;
        this.memory = memory;
        this.clock = clock;
        this.working = working;
        this.changed = changed;
    }

    /** Why the table cannot be read; empty when it can. */
    Optional<String> unreadableBecause() {
        return unreadableBecause;
    }

    /** The first read, before anything follows the table. */
    void readFirst() {
        try {
            database.migrate(BlockTable.COMPONENT, BlockTable.VERSIONS);
            read();
        } catch (StoreException e) {
            LOG.error("call_blocks cannot be read at the start, all calls are blocked: {}", e.getMessage());
            unreadableBecause = Optional.of(String.valueOf(e.getMessage()));
            memory.neverRead(new CallBlock(
                    BlockScope.ALL,
                    "the table call_blocks could not be read since the start (" + e.getMessage() + ")",
                    Actor.SYSTEM.name(),
                    clock.instant()));
        }
        memory.all()
                .forEach(block -> LOG.warn(
                        "calls are blocked scope={} at the start", block.scope().text()));
    }

    /** A look at the database; {@code version} moves when another program commits. */
    void follow(long version) {
        boolean fresh = version != seenVersion || unreadableBecause.isPresent();
        if ((!fresh && !auditOwed) || !working.tryLock()) {
            return;
        }
        try {
            if (fresh) {
                readOrMend();
                seenVersion = version;
            }
            if (auditOwed) {
                auditOthers();
            }
        } catch (StoreException e) {
            lost(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            lost(e.toString());
        } finally {
            working.unlock();
        }
    }

    /** A read that fails on the table, not on the file, is mended: what is known is written back. */
    private void readOrMend() {
        try {
            read();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.FAILED) {
                throw e;
            }
            database.write(this::mended, AUDIT_PATIENCE);
            LOG.warn("call_blocks was put in order again after: {}", e.getMessage());
            read();
        }
    }

    /** Dropping a table lifts no block: what its history has in effect is back, also when it was dropped before the start. */
    private boolean mended(SqlTransaction sql) throws SQLException {
        table.ensure(sql);
        Map<String, CallBlock> known = new LinkedHashMap<>();
        memory.known().forEach(block -> known.put(block.scope().text(), block));
        table.inEffectByHistory(sql, clock.instant())
                .forEach(block -> known.putIfAbsent(block.scope().text(), block));
        for (CallBlock block : known.values()) {
            table.insert(sql, block);
        }
        return true;
    }

    private void read() {
        List<CallBlock> before = memory.all();
        boolean leftIsWritten = database.deferredWrites().lag().waiting() == 0;
        boolean owed = database.read(sql -> {
            memory.stored(table.rows(sql, clock.instant()));
            return table.isAuditOwed(sql);
        });
        if (leftIsWritten) {
            memory.leftIsWritten();
        }
        if (unreadableBecause.isPresent()) {
            LOG.info("call_blocks can be read again");
            unreadableBecause = Optional.empty();
        }
        if (owed && !auditOwed) {
            auditOwedSince = clock.millis();
        }
        auditOwed = owed;
        if (!before.equals(memory.all())) {
            LOG.warn(
                    "calls blocked now: {}",
                    memory.all().stream().map(block -> block.scope().text()).toList());
            changed.run();
        }
    }

    /** When other programs pause, so that a plain {@code sqlite3} without a busy time-out finds the lock free. */
    private void auditOthers() {
        boolean late = clock.millis() - auditOwedSince >= AUDIT_AFTER_MAX.toMillis();
        boolean paused = database.outsideChanges().pauseFor(PAUSE)
                && !database.outsideChanges().inARow();
        if (late) {
            database.writeBriefly(this::audited, AUDIT_PATIENCE);
            auditOwed = false;
        } else if (paused) {
            auditOwed = database.tryBriefly(this::audited).isEmpty();
        }
    }

    private boolean audited(SqlTransaction sql) throws SQLException {
        table.auditOthers(sql);
        return true;
    }

    private void lost(String why) {
        if (unreadableBecause.isEmpty()) {
            LOG.warn("call_blocks cannot be read, the blocks known before hold: {}", why);
        }
        unreadableBecause = Optional.of(why);
    }
}
