package io.weathervane.worker.routing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counter of the calls that use a worker. A call takes a lease before it touches the worker; once the leases are closed
 * none is given any more, and the worker may be stopped when the last is back. One number holds both, so that no call
 * can slip in between "no caller uses it" and "it is stopped".
 */
final class WorkerLeaseCounter {
    /** Added when closed: then the sign says closed and the rest still counts. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    /** True when the caller may use the worker, and must {@link #giveBack} afterwards. */
    boolean take() {
        return state.updateAndGet(now -> now < 0 ? now : now + 1) > 0;
    }

    /** One more for a caller that has one, also when none is given any more. */
    void takeAnother() {
        state.incrementAndGet();
    }

    void giveBack() {
        if (state.decrementAndGet() == CLOSED) {
            lock.lock();
            try {
                idle.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    void close() {
        state.updateAndGet(now -> now < 0 ? now : now + CLOSED);
    }

    int inUse() {
        return state.get() & Integer.MAX_VALUE;
    }

    /** Waits, once closed, until the last lease is back; false when the limit passed first. */
    boolean awaitIdle(Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (inUse() > 0 && left > 0) {
                left = idle.awaitNanos(left);
            }
            return inUse() == 0;
        } finally {
            lock.unlock();
        }
    }
}
