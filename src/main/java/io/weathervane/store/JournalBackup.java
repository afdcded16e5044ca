package io.weathervane.store;

import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backup of the queue in {@link PendingJournal}: what could not be written at once is there too, so that a server that dies
 * loses nothing. It is emptied only while nothing waits.
 */
final class JournalBackup {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredWrites.class);

    private final PendingJournal journal;
    private final DeferredQueue queue;
    private final Ticker ticker;

    /** Held across the journal's I/O: by the thread that writes, and by those that start the server. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Whether it was read; guarded by {@code lock}, as the next two. */
    private boolean read;

    /** Whether the journal may have something. */
    private boolean dirty;

    private boolean roomKept;
    private volatile Optional<String> failure = Optional.empty();

    JournalBackup(Path database, DeferredQueue queue, Ticker ticker) {
        this.journal = new PendingJournal(database);
        this.queue = queue;
        this.ticker = ticker;
    }

    /** Why the journal cannot be written; empty when it can. */
    Optional<String> failure() {
        return failure;
    }

    /**
     * Puts what an earlier server left before all that waits; once.
     *
     * @throws StoreException when the journal cannot be read
     */
    void restore() {
        lock.lock();
        try {
            restoreOnce();
        } finally {
            lock.unlock();
        }
    }

    private void restoreOnce() {
        if (!read) {
            List<PendingJournal.Entry> left = journal.read();
            read = true;
            dirty = !left.isEmpty();
            queue.addFirst(left.stream()
                    .map(entry -> DeferredRecordBatch.left(entry, ticker.nanos()))
                    .toList());
        }
    }

    /** Adds what waits and is not there yet, but for what may be left out; behind what an earlier server left. */
    void keepWaiting() {
        List<DeferredRecordBatch> fresh = queue.all().stream()
                .filter(batch -> !batch.kept() && !batch.inDatabase() && !batch.mayBeLeftOut())
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            restoreOnce();
            dirty = true;
            journal.append(fresh.stream().map(DeferredRecordBatch::entry).toList());
            fresh.forEach(DeferredRecordBatch::markKept);
            failure = Optional.empty();
        } catch (IOException | StoreException e) {
            if (failure.isEmpty()) {
                LOG.error("{} cannot be written either: {}", PendingJournal.NAME, e.toString());
            }
            failure = Optional.of(e.toString());
        } finally {
            lock.unlock();
        }
    }

    /** Empties the journal if nothing waits any more; whether there was something to empty and it went well. */
    boolean tryForget() {
        lock.lock();
        try {
            if (!dirty || !queue.isEmpty()) {
                return false;
            }
            journal.clear();
            dirty = false;
            failure = Optional.empty();
            return true;
        } catch (IOException e) {
            failure = Optional.of(e.toString());
            LOG.warn("{} cannot be emptied: {}", PendingJournal.NAME, e.toString());
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes room for a full disk; one that gives no room now is asked again at the next call. */
    void keepRoom() {
        lock.lock();
        try {
            if (!roomKept) {
                journal.keepRoom();
                roomKept = true;
            }
        } catch (IOException e) {
            LOG.debug("no room was kept for {}", PendingJournal.NAME, e);
        } finally {
            lock.unlock();
        }
    }
}
