package io.weathervane.worker;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The one reference that says which worker answers: read without a lock, and waited on by calls that have none. */
final class BlueGreen {
    private volatile Lineup lineup = Lineup.EMPTY;
    private final ReentrantLock turns = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Runnable whenChanged = () -> {};

    /** Has the work run after each change of the lineup, when the turn for the next one is free. */
    void onChange(Runnable work) {
        whenChanged = work;
    }

    Lineup now() {
        return lineup;
    }

    /** Runs what reads the lineup and then sets it; one such change at a time. */
    <T> T change(Supplier<T> work) {
        turns.lock();
        Lineup before = lineup;
        try {
            return work.get();
        } finally {
            boolean another = !lineup.equals(before);
            turns.unlock();
            if (another && !turns.isHeldByCurrentThread()) {
                whenChanged.run();
            }
        }
    }

    /** The flip; within {@link #change}. */
    void set(Lineup next) {
        lineup = next;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the lineup is as wished; false when the limit passed first. */
    boolean await(Duration limit, Predicate<Lineup> wished) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!wished.test(lineup)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
