package io.weathervane.worker.protocol;

import io.weathervane.util.Threads;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes the calls of one worker that have reached their time limit. One thread does so for all of them: a timer for each wait costs a
 * virtual thread more than the wait itself, and hardly a call ever comes to its limit.
 */
final class CallTimeoutScheduler {
    /** How long it sleeps when no call waits. */
    private static final long IDLE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Collection<PendingCall> calls;
    private final Thread thread;

    /** When it looks again, by {@link System#nanoTime}; a call that is due earlier wakes it. */
    private volatile long next = System.nanoTime();

    private volatile boolean ended;

    private CallTimeoutScheduler(String label, Collection<PendingCall> calls) {
        this.calls = calls;
        this.thread = Threads.loop("worker-alarm-" + label, this::watch);
    }

    /** Begins to watch these calls, as they come and go. */
    static CallTimeoutScheduler start(String label, Collection<PendingCall> calls) {
        CallTimeoutScheduler scheduler = new CallTimeoutScheduler(label, calls);
        scheduler.thread.start();
        return scheduler;
    }

    /** One of the calls says that it is due then; it has to be seen as such before. */
    void expect(long dueAt) {
        if (dueAt - next < 0) {
            LockSupport.unpark(thread);
        }
    }

    void end() {
        ended = true;
        LockSupport.unpark(thread);
    }

    /** A call that comes while it looks finds the time far away, so that it looks again. */
    private void watch() {
        while (!ended) {
            long now = System.nanoTime();
            next = now + IDLE_NANOS;
            next = now + wakeTheDue(now);
            LockSupport.parkNanos(this, next - System.nanoTime());
        }
    }

    /** Returns in how many nanoseconds the next call is due. */
    private long wakeTheDue(long now) {
        long soonest = IDLE_NANOS;
        for (PendingCall call : calls) {
            OptionalLong dueAt = call.dueAt();
            if (dueAt.isPresent() && dueAt.getAsLong() - now <= 0) {
                call.wake();
            } else if (dueAt.isPresent()) {
                soonest = Math.min(soonest, dueAt.getAsLong() - now);
            }
        }
        return soonest;
    }
}
