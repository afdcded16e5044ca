package io.weathervane.util;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * What the wall clock said when this was made, and the time that has elapsed since: it follows no step of the wall
 * clock. For code that reckons with instants and means elapsed time; not for what is stored or shown.
 */
public final class SteadyClock extends Clock {
    private final Clock clock;
    private final Ticker ticker;
    private final Instant begun;
    private final long begunNanos;

    public SteadyClock(Clock clock, Ticker ticker) {
        this(clock, ticker, clock.instant(), ticker.nanos());
    }

    private SteadyClock(Clock clock, Ticker ticker, Instant begun, long begunNanos) {
        this.clock = clock;
        this.ticker = ticker;
        this.begun = begun;
        this.begunNanos = begunNanos;
    }

    @Override
    public Instant instant() {
        return begun.plus(Duration.ofNanos(ticker.nanos() - begunNanos));
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(clock.withZone(zone), ticker, begun, begunNanos);
    }
}
