package io.weathervane.mcp;

import java.time.Duration;

/**
 * The bounds on tool calls, all transports together.
 *
 * @param concurrent most calls running at a time
 * @param turn longest a call waits for its turn before it is refused
 * @param run longest a call may run before it is answered with a failure
 */
public record CallLimits(int concurrent, Duration turn, Duration run) {
    public CallLimits {
        if (concurrent < 1) {
            throw new IllegalArgumentException("concurrent must be >= 1, was " + concurrent);
        }
    }

    public static CallLimits defaults() {
        return new CallLimits(128, Duration.ofSeconds(10), Duration.ofMinutes(10));
    }
}
