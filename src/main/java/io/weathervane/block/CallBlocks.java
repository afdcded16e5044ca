package io.weathervane.block;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditLog;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.flags.LiveFlags;
import io.weathervane.store.Database;
import io.weathervane.store.RecordKindWriter;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The blocks of workers' calls of one server. A block is in effect in memory before it is written, in every session; the
 * table {@code call_blocks} keeps it, and other programs may change the table, which is noticed as a change of the flags is
 * ({@link LiveFlags#followCommits}). While the table cannot be read the blocks that are known hold; when it never could be
 * since the start, all calls are blocked.
 */
public final class CallBlocks {
    private static final Logger LOG = LoggerFactory.getLogger("CallBlocks");

    /** Longest wait for another change of the blocks that is under way in this process. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    /** What others changed is audited when they pause; this long after it was noticed at the latest, as for flags. */
    private static final Duration AUDIT_AFTER_MAX = Duration.ofSeconds(3);

    /** One attempt at that waits this long for another program's lock. */
    private static final Duration AUDIT_PATIENCE = Duration.ofMillis(250);

    /** As long as others are still to be looked for before a write of ours: one poll of the flags. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Database database;
    private final BlockTable table;
    private final EventBus events;
    private final Clock clock;
    private final LiveFlags flags;
    private final KillSwitchBlocks ofKillSwitch;
    private final BlockMemory memory = new BlockMemory();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final List<ToIntFunction<CallBlock>> cancellers = new CopyOnWriteArrayList<>();

    /** Reads and commits go one at a time, so that memory takes in states of the table in their order. */
    private final ReentrantLock working = new ReentrantLock();

    private volatile Optional<String> notDurableBecause = Optional.empty();
    private volatile Optional<String> unreadableBecause = Optional.empty();

    private long seenVersion = Long.MIN_VALUE;
    private boolean auditOwed;
    private long auditOwedSince;

    private CallBlocks(
            Database database,
            BlockTable table,
            EventBus events,
            Clock clock,
            LiveFlags flags,
            KillSwitchBlocks ofKillSwitch) {
        this.database = database;
        this.table = table;
        this.events = events;
        this.clock = clock;
        this.flags = flags;
        this.ofKillSwitch = ofKillSwitch;
    }

    /**
     * Reads the table, and follows it from now on.
     *
     * @param ofKillSwitch what is blocked as long as the kill switch is engaged
     */
    public static CallBlocks start(
            Database database,
            AuditLog audit,
            EventBus events,
            Clock clock,
            LiveFlags flags,
            KillSwitchBlocks ofKillSwitch) {
        CallBlocks blocks = new CallBlocks(database, new BlockTable(audit), events, clock, flags, ofKillSwitch);
        database.deferredWrites().register(DeferredBlockCodec.KIND, blocks.new Writer());
        blocks.memory.left(database.deferredWrites().left(DeferredBlockCodec.KIND).stream()
                .map(DeferredBlockCodec::read)
                .toList());
        blocks.readFirst();
        flags.followCommits(blocks::follow);
        return blocks;
    }

    private void readFirst() {
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

    /** The block that stops a call of this tool; empty when none does. Without blocks: one volatile read, nothing made. */
    public Optional<CallBlock> blocking(String tool, String service, boolean readOnly) {
        List<CallBlock> blocks = memory.all();
        return blocks.isEmpty() && ofKillSwitch == KillSwitchBlocks.NONE
                ? Optional.empty()
                : blocking(blocks, new CalledTool(tool, service, readOnly));
    }

    private Optional<CallBlock> blocking(List<CallBlock> blocks, CalledTool tool) {
        Optional<CallBlock> found = blocks.stream()
                .filter(block -> block.scope().covers(tool))
                .findFirst()
                .or(() -> byKillSwitch().filter(block -> block.scope().covers(tool)));
        if (found.isPresent()) {
            refused.computeIfAbsent(tool.service(), name -> new LongAdder()).increment();
        }
        return found;
    }

    /** Block by the kill switch, while it is engaged. */
    private Optional<CallBlock> byKillSwitch() {
        if (ofKillSwitch == KillSwitchBlocks.NONE || !flags.snapshot().killSwitchEngaged()) {
            return Optional.empty();
        }
        KillSwitchStatus status = flags.killSwitch();
        String why = status.reason()
                .map(reason -> "the kill switch is engaged: " + reason)
                .orElse("the kill switch is engaged");
        return ofKillSwitch
                .scope()
                .map(scope -> new CallBlock(
                        scope,
                        why,
                        status.by().orElse(Actor.SYSTEM.name()),
                        status.since().orElseGet(clock::instant),
                        /* byKillSwitch= */ true));
    }

    /** All blocks in effect. */
    public List<CallBlock> all() {
        List<CallBlock> all = new ArrayList<>(memory.all());
        byKillSwitch().ifPresent(all::add);
        return List.copyOf(all);
    }

    /** The same with how many calls of this service were refused. */
    public BlockedCalls of(String service) {
        long count =
                Optional.ofNullable(refused.get(service)).map(LongAdder::sum).orElse(0L);
        return new BlockedCalls(all(), count);
    }

    /** Problems of keeping them, a sentence each. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        unreadableBecause.ifPresent(
                why -> problems.add("call_blocks cannot be read, the blocks known before hold: " + why));
        notDurableBecause.ifPresent(why -> problems.add("a block of calls is in memory only: " + why));
        return problems;
    }

    /** Has calls in flight ended by this when asked to; it gives how many. */
    public void cancelBy(ToIntFunction<CallBlock> canceller) {
        cancellers.add(canceller);
    }

    /**
     * Blocks calls; in effect when it is called, before anything is written. When the database does not take it at once the
     * answer says so, and the write is tried again until it succeeds.
     *
     * @param cancel whether calls in flight are ended, too
     */
    public BlockResult block(BlockScope scope, String reason, Actor actor, boolean cancel) {
        String why = SafeText.line(reason, CallBlock.REASON_LENGTH_MAX);
        CallBlock block = new CallBlock(scope, why, actor.name(), clock.instant());
        Optional<CallBlock> known = memory.add(block);
        CallBlock inEffect = known.orElse(block);
        int cancelled = cancel
                ? cancellers.stream()
                        .mapToInt(each -> each.applyAsInt(inEffect))
                        .sum()
                : 0;
        LOG.warn("calls blocked scope={} by={} cancelled={}", scope.text(), actor.name(), cancelled);
        changed();
        WriteReceipt receipt = database.deferredWrites().submit(List.of(DeferredBlockCodec.of(inEffect)));
        boolean durable = receipt.promptly();
        return new BlockResult(
                inEffect,
                known.isPresent(),
                cancelled,
                durable ? Optional.empty() : notDurableBecause.or(() -> Optional.of("it is being written")));
    }

    /** The block of exactly these calls. */
    public Optional<CallBlock> find(BlockScope scope) {
        return memory.find(scope);
    }

    /**
     * Lifts a block; in effect when it is written.
     *
     * @param beside done in the same transaction; what it throws keeps the block
     * @param payload added to the audit
     * @throws StoreException when the database cannot be written; the block then stays
     */
    public CallBlock unblock(
            BlockScope scope, Actor actor, ObjectNode payload, SameTransactionWriter<CallBlock> beside) {
        database.deferredWrites().requireWritten();
        lock();
        try {
            CallBlock block = memory.find(scope).orElseThrow(() -> noSuch(scope));
            ObjectNode details = BlockTable.payload(scope.text(), "");
            details.setAll(payload);
            List<CallBlock> left = database.write(sql -> {
                if (!table.delete(sql, scope, actor, details)) {
                    throw noSuch(scope);
                }
                beside.run(sql, block);
                return table.rows(sql, clock.instant());
            });
            memory.stored(left);
            LOG.warn("calls unblocked scope={} by={}", scope.text(), actor.name());
            changed();
            return block;
        } finally {
            working.unlock();
        }
    }

    private static BlockRefusedException noSuch(BlockScope scope) {
        return new BlockRefusedException("there is no block " + scope.text() + " (any more). Nothing was changed.");
    }

    private void lock() {
        try {
            if (working.tryLock(WAIT_MAX.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StoreException(StoreException.Kind.BUSY, "another change of the blocks is under way");
    }

    /** A look at the database by the thread that follows the flags; {@code version} moves when another program commits. */
    private void follow(long version) {
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
            List<CallBlock> known = memory.known();
            database.write(
                    sql -> {
                        table.ensure(sql);
                        for (CallBlock block : known) {
                            table.insert(sql, block);
                        }
                        return true;
                    },
                    AUDIT_PATIENCE);
            LOG.warn("call_blocks was put in order again after: {}", e.getMessage());
            read();
        }
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
            changed();
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

    private void changed() {
        events.publish(new Event(EventType.CALL_BLOCKS_CHANGED, clock.instant(), Map.of()));
    }

    /** Writes blocks that are in effect already. */
    private final class Writer implements RecordKindWriter {
        private final List<CallBlock> inTransaction = new ArrayList<>();
        private List<CallBlock> rows = List.of();

        @Override
        public void write(SqlTransaction sql, String body) throws SQLException {
            CallBlock block = DeferredBlockCodec.read(body);
            table.insert(sql, block);
            inTransaction.add(block);
            Instant now = clock.instant();
            rows = table.rows(sql, now);
        }

        @Override
        public void around(Runnable transaction) {
            lock();
            try {
                inTransaction.clear();
                transaction.run();
                if (!inTransaction.isEmpty()) {
                    memory.stored(rows);
                    inTransaction.forEach(memory::written);
                    notDurableBecause = Optional.empty();
                }
            } finally {
                working.unlock();
            }
        }

        @Override
        public void failed(String why) {
            notDurableBecause = Optional.of(why);
        }
    }
}
