package io.weathervane.worker.routing;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Holds which worker has which role. Calls read it without a lock, and wait on it while no worker answers. */
public final class RoleAssignments {
    private volatile RoleAssignment assignment = RoleAssignment.EMPTY;
    private final ReentrantLock switchLock = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Runnable whenChanged = () -> {};

    /** Has the work run after each change of the assignment, after its lock is released. */
    public void onChange(Runnable work) {
        whenChanged = work;
    }

    public RoleAssignment now() {
        return assignment;
    }

    /** Runs work that reads the assignment and then sets it; one such change at a time. */
    public <T> T change(Supplier<T> work) {
        switchLock.lock();
        RoleAssignment before = assignment;
        try {
            return work.get();
        } finally {
            boolean another = !assignment.equals(before);
            switchLock.unlock();
            if (another && !switchLock.isHeldByCurrentThread()) {
                whenChanged.run();
            }
        }
    }

    /** Replaces the assignment; called within {@link #change}. */
    public void set(RoleAssignment next) {
        assignment = next;
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the assignment matches; false when the limit passed first. */
    boolean await(Duration limit, Predicate<RoleAssignment> wished) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!wished.test(assignment)) {
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
