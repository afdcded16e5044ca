package io.weathervane.util;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limit of the bytes of messages in this process at a time, in all and for each client and worker that sends or
 * receives them. A message takes several times its size while it is read, processed and written, and an
 * {@link OutOfMemoryError} hits any thread: so the sum has a limit, derived from the heap's size.
 */
public final class MemoryBudget {
    /** Most of the heap that messages may have, at their size on the wire: an eighth. */
    private static final int SHARE_OF_HEAP = 8;

    /** The same for the answers of batches that wait for each other, which are sent as a copy: a sixteenth. */
    private static final int SHARE_OF_HEAP_OF_BATCHES = 16;

    /** Most of that for one caller or worker: half. */
    private static final int SHARE_OF_ONE = 2;

    /** What small messages have beyond, so that large ones never keep them out: an eighth of all. */
    private static final int SHARE_OF_SMALL = 8;

    /** A message of so many bytes is small: 16 KiB. */
    public static final int SMALL_BYTES = 16 * 1024;

    private static final MemoryBudget CALLS = ofHeap(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);

    /** Apart from the calls', which keep theirs until they are answered: else no answer could come in. */
    private static final MemoryBudget ANSWERS = ofHeap(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);

    /** Apart from the workers' answers, which would have to wait for the slowest call of a batch. */
    private static final MemoryBudget BATCHES = ofHeap(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP_OF_BATCHES);

    private final long reserve;
    private final long total;
    private final long each;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private long used;

    MemoryBudget(long total, Ticker ticker) {
        this(total, /* reserve= */ 0, ticker);
    }

    /** @param reserve beyond the total, for small messages */
    MemoryBudget(long total, long reserve, Ticker ticker) {
        this.reserve = reserve;
        this.total = total;
        this.each = total / SHARE_OF_ONE;
        this.ticker = ticker;
    }

    private static MemoryBudget ofHeap(long total) {
        return new MemoryBudget(total, total / SHARE_OF_SMALL, Ticker.system());
    }

    /** One of its own, of so many bytes, none of them for small messages alone. */
    public static MemoryBudget ofBytes(long total) {
        return new MemoryBudget(total, Ticker.system());
    }

    /** That of this process's heap, for what callers send. */
    public static MemoryBudget ofCalls() {
        return CALLS;
    }

    /** The same for what workers answer. */
    public static MemoryBudget ofAnswers() {
        return ANSWERS;
    }

    /** For the answers of batches, each from when it is there until its batch is sent. */
    public static MemoryBudget ofBatches() {
        return BATCHES;
    }

    /** For one caller, worker or batch. */
    public Account account() {
        return new Account();
    }

    /** Share of the budget that one client or worker holds now; any thread may claim and release. */
    public final class Account {
        private long own;

        private Account() {}

        /**
         * Takes so many bytes more, as soon as they are there, or none; the caller that took them gives them back.
         *
         * @return whether they could be had within this time
         */
        public boolean claim(long bytes, Duration within) throws InterruptedException {
            return claimMore(/* held= */ 0, bytes, within);
        }

        /**
         * The same for a message that has so many bytes already and grows.
         *
         * @param held of this account
         */
        public boolean claimMore(long held, long bytes, Duration within) throws InterruptedException {
            long deadline = ticker.nanos() + within.toNanos();
            lock.lockInterruptibly();
            try {
                while (!fits(held, bytes)) {
                    long left = deadline - ticker.nanos();
                    if (left <= 0 || held + bytes > total) {
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

        /** A message of one that has no other may be larger than its share. */
        private boolean fits(long held, long bytes) {
            boolean inShare = used + bytes <= total && (own == held || own + bytes <= each);
            return inShare || (bytes <= SMALL_BYTES && reserve > 0 && used + bytes <= total + reserve);
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
            return limit("caller and worker");
        }

        /**
         * The same.
         *
         * @param each what has an account of its own
         */
        public String limit(String each) {
            return "messages of " + total / SHARE_OF_ONE + " bytes at a time for each " + each + ", " + total
                    + " in all, by the size of the server's heap (-Xmx)";
        }
    }
}
