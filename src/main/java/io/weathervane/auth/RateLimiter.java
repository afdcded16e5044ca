package io.weathervane.auth;

import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * So many a second for each name, and a burst on top. A token bucket for each name, kept as the one moment at which
 * the bucket would be full again; a bucket that is full is forgotten.
 */
public final class RateLimiter {
    /** Most names with a bucket of their own; beyond it newcomers share one. */
    private static final int NAMES_MAX = 10_000;

    private static final String OTHERS = "";

    private final long intervalNanos;
    private final long burstNanos;
    private final Ticker ticker;
    private final long begin;
    private final ConcurrentMap<String, AtomicLong> fullAt = new ConcurrentHashMap<>();

    /**
     * @param each how many in the time, on the average
     * @param burst how many at once, when there were none before
     */
    public RateLimiter(int each, Duration time, int burst, Ticker ticker) {
        this.intervalNanos = Math.max(1, time.toNanos() / each);
        this.burstNanos = intervalNanos * burst;
        this.ticker = ticker;
        this.begin = ticker.nanos();
    }

    /** Takes one. Zero when there was one to take, else how long until there is: nothing is taken then. */
    public Duration take(String name) {
        long now = ticker.nanos() - begin;
        AtomicLong bucket = bucket(name, now);
        while (true) {
            long before = bucket.get();
            long after = Math.max(before, now) + intervalNanos;
            long over = after - now - burstNanos;
            if (over > 0) {
                return Duration.ofNanos(over);
            }
            if (bucket.compareAndSet(before, after)) {
                return Duration.ZERO;
            }
        }
    }

    private AtomicLong bucket(String name, long now) {
        AtomicLong known = fullAt.get(name);
        if (known != null) {
            return known;
        }
        if (fullAt.size() >= NAMES_MAX) {
            fullAt.values().removeIf(full -> full.get() <= now);
        }
        String key = fullAt.size() >= NAMES_MAX ? OTHERS : name;
        return fullAt.computeIfAbsent(key, ignored -> new AtomicLong());
    }
}
