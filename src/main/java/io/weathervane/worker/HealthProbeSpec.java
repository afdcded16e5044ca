package io.weathervane.worker;

import java.time.Duration;

/**
 * Configuration of a worker's health probe.
 *
 * @param method the method called without parameters; {@code ping} means {@code server/discover} for an MCP worker
 *     of the 2026-07-28 generation, which has no ping
 * @param timeout how long one attempt may take
 * @param retryAfter the pause before the second and last attempt
 */
public record HealthProbeSpec(String method, Duration timeout, Duration retryAfter) {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    public HealthProbeSpec {
        if (method.isBlank()) {
            throw new IllegalArgumentException("method must not be blank");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be > 0, was " + timeout);
        }
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException("retryAfter must be >= 0, was " + retryAfter);
        }
    }

    /** {@code ping} or {@code health}, five seconds, again after one. */
    public static HealthProbeSpec defaults(WorkerProtocol protocol) {
        return new HealthProbeSpec(protocol == WorkerProtocol.MCP ? "ping" : "health", TIMEOUT, RETRY_AFTER);
    }
}
