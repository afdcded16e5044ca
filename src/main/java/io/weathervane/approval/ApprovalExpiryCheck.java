package io.weathervane.approval;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says whether the time of an approval is over. The wall clock is stored and shown, but may step; so the time that has
 * elapsed while this process lives ends an approval as well, and what was seen over once stays over.
 */
final class ApprovalExpiryCheck {
    private final Clock clock;
    private final Ticker ticker;

    /** How long each still lasts. At most {@link ApprovalService#OPEN_MAX} are open. */
    private final Map<String, Stopwatch> left = new ConcurrentHashMap<>();

    ApprovalExpiryCheck(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** It can be decided, or used, for so long from now on. */
    void begin(String id, Duration time) {
        left.put(id, new Stopwatch(ticker, time));
    }

    /**
     * For an approval of an earlier process: of the time since, there is only the wall clock.
     *
     * @param since when it was asked for, or granted: a clock that is before that has been set back
     * @param newest the highest time that is recorded anywhere
     */
    void resume(String id, Instant since, Instant expiresAt, Instant newest) {
        Instant now = now();
        boolean over = !now.isBefore(expiresAt) || !newest.isBefore(expiresAt) || now.isBefore(since);
        Duration rest = Duration.between(newest.isAfter(now) ? newest : now, expiresAt);
        begin(id, over ? Duration.ZERO : rest);
    }

    boolean isOver(String id, Instant expiresAt) {
        Stopwatch time = left.get(id);
        boolean over = !now().isBefore(expiresAt) || (time != null && time.passed());
        if (over) {
            begin(id, Duration.ZERO);
        }
        return over;
    }

    /** It is decided, used or gone for good. */
    void forget(String id) {
        left.remove(id);
    }
}
