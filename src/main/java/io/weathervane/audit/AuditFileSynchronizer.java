package io.weathervane.audit;

import io.weathervane.store.Database;
import io.weathervane.util.Backoff;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the audit files of a folder in step with the chain, on a thread of its own. The chain is the truth;
 * a file that cannot be written is tried again until it can.
 */
public final class AuditFileSynchronizer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFileSynchronizer.class);

    /** Another process may append to the chain without waking us. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));
    private static final Duration COMPLAIN_EVERY = Duration.ofMinutes(1);
    private static final Duration SAVE_EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final AuditLog log;
    private final AuditExportPositionStore positions;
    private final List<AuditFileProjection> files;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean awake = true;
    private boolean closed;
    private long written;
    private Stopwatch untilComplaint;
    private long savedSeq;
    private Stopwatch saved;

    private AuditFileSynchronizer(AuditLog log, Database database, Path folder, Ticker ticker) {
        this.log = log;
        this.ticker = ticker;
        this.positions = new AuditExportPositionStore(database);
        long last = log.lastSeq();
        this.files = Arrays.stream(AuditFileFormat.values())
                .map(format -> new AuditFileProjection(log, format, folder, positionOf(format), last))
                .toList();
        this.savedSeq = least();
        this.saved = new Stopwatch(ticker, SAVE_EVERY);
        this.untilComplaint = new Stopwatch(ticker, Duration.ZERO);
        this.thread = Threads.loop("audit-files", this::follow);
    }

    /** A position beyond the chain's end is of events that were lost: what comes in their place is to be written. */
    private AuditFileProjection.Position positionOf(AuditFileFormat format) {
        AuditFileProjection.Position saved = positions.load(format);
        return new AuditFileProjection.Position(Math.min(saved.seq(), log.lastSeq()), saved.offset());
    }

    /** Starts to follow the chain: repairs a torn last line, writes what is missing, then whatever is appended. */
    public static AuditFileSynchronizer start(AuditLog log, Database database, Path analyticsFolder, Ticker ticker) {
        AuditFileSynchronizer started = new AuditFileSynchronizer(log, database, analyticsFolder, ticker);
        log.onAppend(event -> started.wake());
        started.thread.start();
        return started;
    }

    /** Says that the chain has grown. */
    public void wake() {
        lock.lock();
        try {
            awake = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until every event up to now has its lines on disk; false when that took longer than the limit. */
    public boolean flush(Duration limit) {
        long wanted = log.lastSeq();
        Stopwatch time = new Stopwatch(ticker, limit);
        lock.lock();
        try {
            while (written < wanted) {
                if (time.passed() || closed) {
                    return false;
                }
                awake = true;
                changed.signalAll();
                changed.awaitNanos(time.leftNanos());
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is due, as long as that takes no more than a few seconds, and ends the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        int failures = 0;
        boolean open = true;
        while (open) {
            failures = catchUp() ? 0 : failures + 1;
            open = awaitWork(failures);
        }
        catchUp();
        trySave();
    }

    /** Waits for more events, or after a failure for the backoff; false when closed. */
    private boolean awaitWork(int failures) {
        boolean caughtUp = failures == 0;
        lock.lock();
        try {
            long left = (caughtUp ? LOOK_AGAIN : BACKOFF.after(failures)).toNanos();
            while (left > 0 && !closed && !(caughtUp && awake)) {
                left = changed.awaitNanos(left);
            }
            awake = false;
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean catchUp() {
        boolean all = true;
        for (AuditFileProjection file : files) {
            all &= catchUp(file);
        }
        publish();
        boolean saved = saveSometimes();
        return all && saved;
    }

    private boolean catchUp(AuditFileProjection file) {
        try {
            if (log.lastSeq() < file.position().seq()) {
                LOG.error("the database lacks events that were written already, it was replaced by an older one");
                file.resumeFrom(positionOf(file.format()));
            }
            file.catchUp();
            return true;
        } catch (IOException | RuntimeException e) {
            complain(file.format().fileName(), e);
            return false;
        }
    }

    private boolean trySave() {
        try {
            positions.save(files);
            savedSeq = least();
            saved = new Stopwatch(ticker, SAVE_EVERY);
            return true;
        } catch (RuntimeException e) {
            complain("positions", e);
            return false;
        }
    }

    /** A position that is a little old costs the next start a comparison, never a line. */
    private boolean saveSometimes() {
        return least() == savedSeq || !saved.passed() || trySave();
    }

    private void publish() {
        lock.lock();
        try {
            written = least();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long least() {
        return files.stream().mapToLong(file -> file.position().seq()).min().orElse(0);
    }

    private void complain(String what, Exception why) {
        if (untilComplaint.passed()) {
            untilComplaint = new Stopwatch(ticker, COMPLAIN_EVERY);
            LOG.error("audit file cannot be written, trying again file={} reason={}", what, why.toString());
        }
    }
}
