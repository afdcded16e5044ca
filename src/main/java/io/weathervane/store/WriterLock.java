package io.weathervane.store;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of the one writer connection. It is waited for up to a limit, and in a row of other programs' commits taken
 * right after one of them. It is not fair: the thread that gives it back lets waiting ones try.
 */
final class WriterLock {
    private static final Duration LET_OTHERS_TRY = Duration.ofMillis(1);

    private final Path database;
    private final Ticker ticker;
    private final NextExternalCommitPredictor commitPredictor;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param database named in what is thrown when the lock cannot be had */
    WriterLock(Path database, Ticker ticker, NextExternalCommitPredictor commitPredictor) {
        this.database = database;
        this.ticker = ticker;
        this.commitPredictor = commitPredictor;
    }

    /**
     * Takes the lock, also when interrupted meanwhile.
     *
     * @param patience how long the one who has it may wait for another program; the limit here is twice that and 1 s
     * @throws StoreException when it cannot be had within the limit
     */
    void lock(Duration patience) {
        Duration limit = patience.multipliedBy(2).plusSeconds(1);
        Stopwatch time = new Stopwatch(ticker, limit);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (!lock.tryLock(time.leftNanos(), TimeUnit.NANOSECONDS)) {
                        throw SqliteErrorMapper.behindAnotherWrite(database, limit);
                    }
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * As {@link #lock}; in a row of other programs' commits right after one of them. A program without a busy time-out
     * does not meet our lock then.
     *
     * @param limit longest wait for such a gap
     * @param look finds out whether another program has committed
     */
    void lockInGap(Duration patience, Duration limit, Runnable look) {
        if (commitPredictor.inARow()) {
            commitPredictor.awaitNext(limit, look);
            lock(patience);
            if (!commitPredictor.isNextNear()) {
                return;
            }
            unlock(); // another thread has used that gap
            commitPredictor.awaitNext(limit, look);
        }
        lock(patience);
    }

    /** Takes the lock if it is free, or held by this thread. */
    boolean tryLock() {
        return lock.tryLock();
    }

    void unlock() {
        lock.unlock();
    }

    boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }

    /** For the thread that gave it back and wants it again: without a pause it would have it before one that waits wakes up. */
    void letOthersTry() {
        if (lock.hasQueuedThreads()) {
            LockSupport.parkNanos(LET_OTHERS_TRY.toNanos());
        }
    }
}
