package io.weathervane.app;

import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sets handlers of signals a moment after the start, as that takes a new process some 20 ms, which the first answer is not
 * to wait for. It has ended before the process does: the virtual machine crashes when a class is made for the handlers
 * while it writes an archive of classes at its exit.
 */
final class DelayedOsSignalSetup {
    private final Thread thread;

    DelayedOsSignalSetup(Duration delay, Runnable setting) {
        this.thread = Threads.daemon("ending-signals", () -> {
            LockSupport.parkNanos(delay.toNanos());
            if (!Thread.currentThread().isInterrupted()) {
                setting.run();
            }
        });
    }

    void begin() {
        thread.start();
    }

    /**
     * Sets no handler from here on; waits for those that are just being set.
     *
     * @param limit longest wait
     */
    void end(Duration limit) {
        thread.interrupt();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
