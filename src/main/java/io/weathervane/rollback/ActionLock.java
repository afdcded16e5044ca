package io.weathervane.rollback;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lock that a promotion, a rollback by hand, a check and a worker's exit take before they decide and act, so that they
 * never act at the same time.
 */
final class ActionLock {
    /** A request by hand waits this long for what is being done at the moment: 2 s. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Runnable whenBusyChanged;
    private volatile Optional<String> inProgress = Optional.empty();

    /** @param whenBusyChanged run whenever something begins or ends to be carried out */
    ActionLock(Runnable whenBusyChanged) {
        this.whenBusyChanged = whenBusyChanged;
    }

    /** What is being carried out at the moment. */
    Optional<String> inProgress() {
        return inProgress;
    }

    /** Does the monitor's own work, however long it has to wait for its turn. */
    void take(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Does what a person asked for, while nothing else is being carried out.
     *
     * @param what such as {@code a promotion}, for the one who comes second
     */
    <T> T exclusively(String what, Supplier<T> work) {
        inProgress.ifPresent(ActionLock::refuseBusy);
        if (!tryLock()) {
            throw new ActionRefusedException(
                    inProgress.orElse("a decision") + " is being carried out; try again when it is done");
        }
        try {
            become(Optional.of(what));
            return work.get();
        } finally {
            become(Optional.empty());
            lock.unlock();
        }
    }

    private static void refuseBusy(String what) {
        throw new ActionRefusedException(what + " is being carried out; try again when it is done");
    }

    private boolean tryLock() {
        try {
            return lock.tryLock(LOCK_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ActionRefusedException("interrupted while waiting for " + inProgress.orElse("a decision"), e);
        }
    }

    /**
     * Does a part of the work of the caller that has the turn already, under a name of its own.
     *
     * @param what such as {@code an escalation}, for the one who comes second
     */
    void carryOut(String what, Runnable work) {
        Optional<String> before = inProgress;
        become(Optional.of(what));
        try {
            work.run();
        } finally {
            become(before);
        }
    }

    private void become(Optional<String> what) {
        inProgress = what;
        whenBusyChanged.run();
    }
}
