package io.weathervane.worker;

import java.time.Duration;

/**
 * Policy for restarts of a worker that ended unexpectedly.
 *
 * @param initialDelay before the first restart; doubles with each further one
 * @param maxDelay the delay grows no further
 * @param attemptsMax restarts in a row before it is left down; 0 = never restarted
 * @param sustainedUptime a worker that ran this long starts the count anew
 */
public record RestartPolicy(Duration initialDelay, Duration maxDelay, int attemptsMax, Duration sustainedUptime) {
    public RestartPolicy {
        if (initialDelay.isNegative() || maxDelay.compareTo(initialDelay) < 0) {
            throw new IllegalArgumentException("0 <= initialDelay <= maxDelay, was " + initialDelay + ", " + maxDelay);
        }
        if (attemptsMax < 0) {
            throw new IllegalArgumentException("attemptsMax must be >= 0, was " + attemptsMax);
        }
    }

    /** After 1 s, 2 s, 4 s ... at most a minute apart, ten times; anew after a minute of uptime. */
    public static RestartPolicy defaults() {
        return new RestartPolicy(Duration.ofSeconds(1), Duration.ofMinutes(1), 10, Duration.ofMinutes(1));
    }
}
