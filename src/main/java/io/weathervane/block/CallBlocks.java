package io.weathervane.block;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditLog;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.flags.LiveFlags;
import io.weathervane.store.ChangeLock;
import io.weathervane.store.Database;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.SafeText;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The blocks of workers' calls of one server. A block is in effect in memory before it is written, in every session; the
 * table {@code call_blocks} keeps it, and other programs may change the table, which is noticed as a change of the flags is
 * ({@link BlockTableFollower}).
 */
public final class CallBlocks {
    private static final Logger LOG = LoggerFactory.getLogger("CallBlocks");

    /** Longest wait of one who lifts a block for another change of the blocks in this process: 5 s. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Database database;
    private final BlockTable table;
    private final EventBus events;
    private final Clock clock;
    private final BlockMemory memory = new BlockMemory();
    private final ChangeLock working = new ChangeLock("the blocks");
    private final KillSwitchBlockSource ofKillSwitch;
    private final BlockTableFollower follower;
    private final DeferredBlockWriter writer;
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final List<Function<CallBlock, EndedWork>> cancellers = new CopyOnWriteArrayList<>();

    private CallBlocks(
            Database database, BlockTable table, EventBus events, Clock clock, KillSwitchBlockSource ofKillSwitch) {
        this.database = database;
        this.table = table;
        this.events = events;
        this.clock = clock;
        this.ofKillSwitch = ofKillSwitch;
        this.follower = new BlockTableFollower(database, table, memory, clock, working, this::changed);
        this.writer = new DeferredBlockWriter(table, memory, clock, working);
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
        CallBlocks blocks = new CallBlocks(
                database, new BlockTable(audit), events, clock, new KillSwitchBlockSource(ofKillSwitch, flags, clock));
        database.deferredWrites().register(DeferredBlockCodec.KIND, blocks.writer);
        blocks.memory.left(database.deferredWrites().left(DeferredBlockCodec.KIND).stream()
                .map(DeferredBlockCodec::read)
                .toList());
        blocks.follower.readFirst();
        flags.followCommits(blocks.follower::follow);
        return blocks;
    }

    /** The block that stops a call of this tool; empty when none does. Without blocks: one volatile read, nothing made. */
    public Optional<CallBlock> blocking(String tool, String service, boolean readOnly) {
        List<CallBlock> blocks = memory.all();
        return blocks.isEmpty() && ofKillSwitch.isNone()
                ? Optional.empty()
                : blocking(blocks, new CalledTool(tool, service, readOnly));
    }

    private Optional<CallBlock> blocking(List<CallBlock> blocks, CalledTool tool) {
        Optional<CallBlock> found = blocks.stream()
                .filter(block -> block.scope().covers(tool))
                .findFirst()
                .or(() -> ofKillSwitch.current().filter(block -> block.scope().covers(tool)));
        if (found.isPresent()) {
            refused.computeIfAbsent(tool.service(), name -> new LongAdder()).increment();
        }
        return found;
    }

    /** All blocks in effect. */
    public List<CallBlock> all() {
        List<CallBlock> all = new ArrayList<>(memory.all());
        ofKillSwitch.current().ifPresent(all::add);
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
        follower.unreadableBecause()
                .ifPresent(why -> problems.add("call_blocks cannot be read, the blocks known before hold: " + why));
        writer.notDurableBecause().ifPresent(why -> problems.add("a block of calls is in memory only: " + why));
        return problems;
    }

    /** Has what is under way ended by this when asked to; it does not wait for workers. */
    public void cancelBy(Function<CallBlock, EndedWork> canceller) {
        cancellers.add(canceller);
    }

    /**
     * Blocks calls; in effect when it is called, before anything is written. When the database does not take it at once the
     * answer says so, and the write is tried again until it succeeds.
     *
     * @param cancel whether calls in flight and tasks are ended, too
     */
    public BlockResult block(BlockScope scope, String reason, Actor actor, boolean cancel) {
        String why = SafeText.line(reason, CallBlock.REASON_LENGTH_MAX);
        CallBlock block = new CallBlock(scope, why, actor.name(), clock.instant());
        Optional<CallBlock> known = memory.add(block);
        CallBlock inEffect = known.orElse(block);
        EndedWork ended = cancel
                ? cancellers.stream().map(each -> each.apply(inEffect)).reduce(EndedWork.NONE, EndedWork::plus)
                : EndedWork.NONE;
        LOG.warn(
                "calls blocked scope={} by={} cancelled={} cancelledTasks={}",
                scope.text(),
                actor.name(),
                ended.calls(),
                ended.tasks());
        changed();
        WriteReceipt receipt = database.deferredWrites().submit(List.of(DeferredBlockCodec.of(inEffect)));
        boolean durable = receipt.promptly();
        return new BlockResult(
                inEffect,
                known.isPresent(),
                ended,
                durable ? Optional.empty() : writer.notDurableBecause().or(() -> Optional.of("it is being written")));
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
        working.lock(WAIT_MAX);
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

    private void changed() {
        events.publish(new Event(EventType.CALL_BLOCKS_CHANGED, clock.instant(), Map.of()));
    }
}
