package io.weathervane.store;

import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Count of the commits that were, or may have been, another program's. SQLite's own number moves with each commit of
 * another connection, ours included; the writer's number tells the two apart, and is asked only while the writer is free.
 */
final class ExternalCommitCounter {
    private final NextExternalCommitPredictor commitPredictor;
    private final WriterLock writing;

    /** One look at a time; no write waits for it. */
    private final ReentrantLock looking = new ReentrantLock();

    /** Guarded by {@code looking}, as the next one. */
    private long commits;

    private long versionLookedAt;

    ExternalCommitCounter(NextExternalCommitPredictor commitPredictor, WriterLock writing) {
        this.commitPredictor = commitPredictor;
        this.writing = writing;
    }

    /**
     * Looks, and gives how many there were up to now.
     *
     * @param inUse the connections of the moment, asked with the writer's lock: those looked at may have been replaced
     */
    long look(SqliteConnections connections, Supplier<SqliteConnections> inUse) throws SQLException {
        looking.lock();
        try {
            commits += mayHaveChanged(connections, inUse) ? 1 : 0;
            return commits;
        } finally {
            looking.unlock();
        }
    }

    /** While the writer is in use, any program may have been the one that committed, this one too: the next look knows. */
    private boolean mayHaveChanged(SqliteConnections connections, Supplier<SqliteConnections> inUse)
            throws SQLException {
        long look = commitPredictor.beforeLook();
        long version = connections.dataVersion();
        boolean moved = version != versionLookedAt;
        versionLookedAt = version;
        if (writing.isHeldByCurrentThread() || !writing.tryLock()) {
            return moved;
        }
        try {
            boolean others = connections == inUse.get() && connections.othersCommitted(version);
            if (others) {
                commitPredictor.seenSince(look);
            } else {
                commitPredictor.nothingSince(look);
            }
            return others;
        } finally {
            writing.unlock();
        }
    }
}
