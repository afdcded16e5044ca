package io.weathervane.auth;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Expiry of each token by elapsed time. A token names a moment of the wall clock, which may step: so from the first
 * time a token is seen, elapsed time ends it as well, and a token that was seen expired stays so while the process
 * lives.
 */
final class MonotonicTokenExpiry {
    /** Tokens that are remembered: those that were used last. */
    private static final int TOKENS_MAX = 10_000;

    private final Clock clock;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Stopwatch> times = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);

    MonotonicTokenExpiry(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    /** @param token what names it for good, its hash for instance; of genuine tokens only, so that no other fills this */
    boolean isOver(String token, Instant expires) {
        Duration left = Duration.between(clock.instant(), expires);
        lock.lock();
        try {
            Stopwatch time = times.computeIfAbsent(token + "@" + expires, ignored -> new Stopwatch(ticker, left));
            boolean over = left.isZero() || left.isNegative() || time.passed();
            if (over) {
                times.put(token + "@" + expires, new Stopwatch(ticker, Duration.ZERO));
            }
            times.keySet().stream()
                    .limit(Math.max(0, times.size() - TOKENS_MAX))
                    .toList()
                    .forEach(times::remove);
            return over;
        } finally {
            lock.unlock();
        }
    }
}
