package io.weathervane.block;

import io.weathervane.store.ChangeLock;
import io.weathervane.store.RecordKindWriter;
import io.weathervane.store.SqlTransaction;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes blocks that are in effect in memory already, and takes what the table has then into memory. */
final class DeferredBlockWriter implements RecordKindWriter {
    /** Longest wait for another change of the blocks in this process, on the thread that writes late: 5 s. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final BlockTable table;
    private final BlockMemory memory;
    private final Clock clock;
    private final ChangeLock working;
    private final List<CallBlock> inTransaction = new ArrayList<>();
    private List<CallBlock> rows = List.of();
    private volatile Optional<String> notDurableBecause = Optional.empty();

    /** @param working held while a state of the table is taken into memory */
    DeferredBlockWriter(BlockTable table, BlockMemory memory, Clock clock, ChangeLock working) {
        this.table = table;
        this.memory = memory;
        this.clock = clock;
        this.working = working;
    }

    /** Why a block is in memory only; empty when none is, as far as that is known. */
    Optional<String> notDurableBecause() {
        return notDurableBecause;
    }

    @Override
    public void write(SqlTransaction sql, String body) throws SQLException {
        CallBlock block = DeferredBlockCodec.read(body);
        table.insert(sql, block);
        inTransaction.add(block);
        rows = table.rows(sql, clock.instant());
    }

    @Override
    public void around(Runnable transaction) {
        working.lock(WAIT_MAX);
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
