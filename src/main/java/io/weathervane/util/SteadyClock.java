package io.weathervane.util;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A clock that begins with the wall clock's time and goes on by elapsed time: setting the wall clock does not move it. For what
 * must last as long as it is said to, and not for what is shown.
 */
public final class SteadyClock extends Clock {
    private final Clock wall;
    private final Ticker ticker;
    private volatile Anchor anchor;

    /** A moment by both. */
    private record Anchor(Instant at, long nanos) {}

    public SteadyClock(Clock wall, Ticker ticker) {
        this.wall = wall;
        this.ticker = ticker;
        this.anchor = new Anchor(wall.instant(), ticker.nanos());
    }

    /** Begins anew with the wall clock's time; only while nothing is being measured. */
    public void synchronize() {
        anchor = new Anchor(wall.instant(), ticker.nanos());
    }

    @Override
    public Instant instant() {
        Anchor from = anchor;
        return from.at.plusNanos(ticker.nanos() - from.nanos);
    }

    @Override
    public ZoneId getZone() {
        return wall.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new SteadyClock(wall.withZone(zone), ticker);
    }
}
