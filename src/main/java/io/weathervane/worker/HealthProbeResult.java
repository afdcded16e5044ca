package io.weathervane.worker;

import java.time.Duration;

/**
 * The outcome of asking a worker for its health.
 *
 * @param detail what it said, or why it counts as failed
 * @param took both attempts and the pause between them
 */
public record HealthProbeResult(Status status, String detail, Duration took) {
    /** Outcome of both attempts. */
    public enum Status {
        HEALTHY,
        /** The worker said so, answered nonsense, or is not there. */
        UNHEALTHY,
        /** No answer in time, nothing more: the worker is stuck, or the probe was lost among its calls. */
        NO_ANSWER
    }

    public boolean ok() {
        return status == Status.HEALTHY;
    }
}
