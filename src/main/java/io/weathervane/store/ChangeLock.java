package io.weathervane.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lock of those who take states of some tables into memory: reads and commits go one at a time, so that memory has them in
 * the order in which they came about. It is held across I/O and waited for up to a limit; what makes safe does not ask for it.
 */
public final class ChangeLock {
    private final String changed;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param changed what changes under the lock, for messages: "the flags" */
    public ChangeLock(String changed) {
        this.changed = changed;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException when it cannot be had in time, or the thread is interrupted, which it stays; nothing was written
     */
    public void lock(Duration patience) {
        try {
            if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StoreException(
                        StoreException.Kind.BUSY,
                        "another change of " + changed + " has been under way for " + patience.toMillis()
                                + " ms; nothing was written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.FAILED, "interrupted; nothing was written", e);
        }
    }

    /** Takes the lock if it is free, or held by this thread. */
    public boolean tryLock() {
        return lock.tryLock();
    }

    public boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }

    public void unlock() {
        lock.unlock();
    }
}
