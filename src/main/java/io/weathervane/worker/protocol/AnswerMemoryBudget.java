package io.weathervane.worker.protocol;

import io.weathervane.util.BoundedLineReader;
import io.weathervane.util.MemoryBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Claims memory for a worker's long lines as they are read. What an answer has is given back once its client has it. Used
 * by the thread that reads, but for what is given back.
 */
public final class AnswerMemoryBudget implements BoundedLineReader.Room {
    /** Lines up to so much are read into a buffer that is there: 64 KiB. */
    private static final int FREE_BYTES = 64 * 1024;

    /** Claimed at a time: 256 KiB. */
    private static final int STEP_BYTES = 256 * 1024;

    /** How long a line waits for memory; all that the worker says meanwhile waits with it, answers to probes too. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final MemoryBudget.Account account;
    private long held;
    private boolean refused;

    public AnswerMemoryBudget(MemoryBudget.Account account) {
        this.account = account;
    }

    @Override
    public boolean isFor(long length) {
        if (length <= FREE_BYTES || length <= held) {
            return true;
        }
        long more = length - held;
        if (claimed(Math.max(STEP_BYTES, more), Duration.ZERO) || claimed(more, WAIT)) {
            return true;
        }
        refused = true;
        take().run();
        return false;
    }

    private boolean claimed(long more, Duration within) {
        try {
            boolean claimed = account.claimMore(held, more, within);
            held += claimed ? more : 0;
            return claimed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why the line that was read last was dropped, in words; empty when memory was not why. Forgets it. */
    public String refusal() {
        boolean why = refused;
        refused = false;
        return why ? "for which there is no memory now: there may be " + account.limit() : "";
    }

    /**
     * Takes over the memory of the line that was read last: the result gives it back, and may be run more than once.
     */
    public Runnable take() {
        if (held == 0) {
            return () -> {};
        }
        AtomicLong taken = new AtomicLong(held);
        held = 0;
        return () -> {
            long bytes = taken.getAndSet(0);
            if (bytes > 0) {
                account.release(bytes);
            }
        };
    }
}
