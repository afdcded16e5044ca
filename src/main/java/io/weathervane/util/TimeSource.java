package io.weathervane.util;

import java.time.Clock;

/**
 * The time of one server, which its modules and transports are given.
 *
 * @param clock the wall clock, for what is stored or shown
 * @param ticker elapsed time, for what is waited for or compared
 */
public record TimeSource(Clock clock, Ticker ticker) {
    /** That of this machine. */
    public static TimeSource system() {
        return new TimeSource(Clock.systemUTC(), Ticker.system());
    }
}
