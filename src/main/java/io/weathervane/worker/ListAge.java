package io.weathervane.worker;

import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How old our copy of a worker's tools is, and whether it is time to ask again. Not every worker says when its tools
 * change; one that does may forget to. One asks at a time; who comes meanwhile waits, and finds the copy fresh.
 */
final class ListAge {
    /** How old the copy may be of a worker that does not say when its tools change. */
    static final Duration SILENT_MAX = Duration.ofSeconds(1);

    /** How old it may be of one that declares that it says so: not every one that does keeps its word. */
    static final Duration TOLD_MAX = Duration.ofSeconds(2);

    /** How old it may be when it is empty or could not be had: the worker may not have been ready. */
    static final Duration EMPTY_MAX = Duration.ofMillis(100);

    /** Questions for names that are not in the copy: so many at once, and then one each so often. */
    static final int LOOKS_MAX = 10;

    static final Duration LOOK_EVERY = Duration.ofMillis(500);

    /** A name that was looked for is not looked for again so soon: one request asks for it some times. */
    private static final Duration SAME_NAME = Duration.ofMillis(100);

    private final Ticker ticker;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile long askedAt;
    private int looks = LOOKS_MAX;
    private long lookedAt;
    private String lookedFor = "";

    ListAge(Ticker ticker) {
        this.ticker = ticker;
        this.askedAt = ticker.nanos();
        this.lookedAt = ticker.nanos();
    }

    boolean isOlderThan(Duration age) {
        return ticker.nanos() - askedAt > age.toNanos();
    }

    /** Asks, unless another thread did meanwhile; one that fails counts too, so that no thread repeats it at once. */
    void ask(Duration age, Runnable question) {
        asking.lock();
        try {
            if (isOlderThan(age)) {
                try {
                    question.run();
                } finally {
                    askedAt = ticker.nanos();
                }
            }
        } finally {
            asking.unlock();
        }
    }

    /** Whether the worker may be asked for this name; unknown names must not flood it. */
    synchronized boolean mayLookFor(String name) {
        long now = ticker.nanos();
        if (name.equals(lookedFor) && now - lookedAt < SAME_NAME.toNanos()) {
            return false;
        }
        long more = (now - lookedAt) / LOOK_EVERY.toNanos();
        looks = (int) Math.min(LOOKS_MAX, looks + more);
        if (looks == 0) {
            return false;
        }
        looks--;
        lookedAt = now;
        lookedFor = name;
        return true;
    }
}
