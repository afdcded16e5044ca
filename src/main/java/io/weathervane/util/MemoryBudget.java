package io.weathervane.util;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes of messages may be in this process at the same time, in all and for each of those whom they come from
 * or go to. A message takes several times its size while it is read, understood and written on, and an {@link
 * OutOfMemoryError} hits whatever thread asks next: so the sum has a limit, by the size of the heap.
 */
public final class MemoryBudget {
    /** Most of the heap that messages may have, at their size on the wire: an eighth. */
    private static final int SHARE_OF_HEAP = 8;

    /** Most of that for one caller or worker: half. */
    private static final int SHARE_OF_ONE = 2;

    private static final MemoryBudget HEAP =
            new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP, Ticker.system());

    private final long total;
    private final long each;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private long used;

    MemoryBudget(long total, Ticker ticker) {
        this.total = total;
        this.each = total / SHARE_OF_ONE;
        this.ticker = ticker;
    }

    /** That of this process's heap. */
    public static MemoryBudget ofHeap() {
        return HEAP;
    }

    /** For one caller, or one worker. */
    public Account account() {
        return new Account();
    }

    /** What one has of it now; claims and releases come from any thread. */
    public final class Account {
        private long own;

        private Account() {}

        /**
         * Takes so many bytes more, as soon as they are there, or none; whoever took them gives them back.
         *
         * @return whether they could be had within this time
         */
        public boolean claim(long bytes, Duration within) throws InterruptedException {
            long deadline = ticker.nanos() + within.toNanos();
            lock.lockInterruptibly();
            try {
                while (!fits(bytes)) {
                    long left = deadline - ticker.nanos();
                    if (left <= 0 || bytes > total) {
                        return false;
                    }
                    released.awaitNanos(left);
                }
                own += bytes;
                used += bytes;
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** A message of one that has none yet may be larger than its share. */
        private boolean fits(long bytes) {
            return used + bytes <= total && (own == 0 || own + bytes <= each);
        }

        public void release(long bytes) {
            lock.lock();
            try {
                own -= bytes;
                used -= bytes;
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Why a claim failed, for a person. */
        public String limit() {
            return "messages of " + each + " bytes at a time for each caller and worker, " + total
                    + " in all, by the size of the server's heap (-Xmx)";
        }
    }
}
