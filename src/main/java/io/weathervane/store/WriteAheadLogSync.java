package io.weathervane.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings commits to the disk. SQLite would do that with the write lock in hand ({@code synchronous=FULL}), and another
 * program without a busy time-out fails that long; here it is done after the lock was let go, and no caller is told of
 * a commit before. What one commit waits for serves all that were made before it.
 *
 * <p>The log holds the commits in their order, and SQLite brings it to the disk itself before it writes the database
 * from it, so after a power failure the newest commits may be missing, never one in the middle. SQLite takes no locks on
 * this file, so a handle of our own may be closed. It is no channel: an interrupt would close one.
 */
final class WriteAheadLogSync implements AutoCloseable {
    private final RandomAccessFile file;
    private final ReentrantLock syncing = new ReentrantLock();
    private final AtomicLong committed = new AtomicLong();
    private long synced;
    private boolean closed;

    /** The system tells of what it could not write only once; the next sync would succeed without it. */
    private boolean failed;

    private WriteAheadLogSync(RandomAccessFile file) {
        this.file = file;
    }

    static WriteAheadLogSync open(Path path) {
        try {
            return new WriteAheadLogSync(new RandomAccessFile(path.toFile(), "r"));
        } catch (FileNotFoundException e) {
            throw new StoreException(StoreException.Kind.MISSING, path + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Says that there was a commit; returns its number. To be called before another one can follow. */
    long committed() {
        return committed.incrementAndGet();
    }

    /** Returns when this commit is on disk. */
    void sync(long commit) throws IOException {
        syncing.lock();
        try {
            if (synced < commit) {
                syncAll();
            }
        } finally {
            syncing.unlock();
        }
    }

    /** Returns when all is on disk that can be read now, also what has no number yet. */
    void syncVisible() throws IOException {
        syncing.lock();
        try {
            syncAll();
        } finally {
            syncing.unlock();
        }
    }

    private void syncAll() throws IOException {
        if (closed || failed) {
            throw new IOException(
                    failed
                            ? "the log could not be brought to the disk before"
                            : "the log was closed before all of it was on disk");
        }
        long reached = committed.get();
        failed = true;
        file.getFD().sync();
        failed = false;
        synced = reached;
    }

    /** Everything is on disk first, for those whose commit is not yet. */
    @Override
    public void close() throws IOException {
        syncing.lock();
        try {
            if (!closed) {
                try (file) {
                    syncAll();
                } finally {
                    closed = true;
                }
            }
        } finally {
            syncing.unlock();
        }
    }
}
