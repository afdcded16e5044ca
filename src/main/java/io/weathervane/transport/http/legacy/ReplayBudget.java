package io.weathervane.transport.http.legacy;

import java.util.concurrent.atomic.AtomicLong;

/** The bound on what all sessions together keep for clients that may come back. */
final class ReplayBudget {
    /** 64 MiB; while it is used up, a message to a client that is cut off is lost. */
    static final long BYTES_MAX = 64L * 1024 * 1024;

    private final AtomicLong used = new AtomicLong();

    boolean take(int bytes) {
        if (used.addAndGet(bytes) <= BYTES_MAX) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void give(int bytes) {
        used.addAndGet(-bytes);
    }
}
