package io.weathervane.worker;

import java.time.Duration;
import java.util.Optional;

/**
 * Limits on the time that a worker is waited for.
 *
 * @param drainTimeout how long a worker that is to be stopped may go on with its calls in flight
 * @param startTimeout from spawn to ready
 * @param stopTimeout from closed stdin to SIGKILL; SIGTERM comes at half of it
 * @param replacementWait how long a call that lost its worker, or finds it dead, waits for the next one
 * @param standbyRetention how long the previous worker is kept running after a promotion; for ever when empty
 */
public record WorkerTimeouts(
        Duration drainTimeout,
        Duration startTimeout,
        Duration stopTimeout,
        Duration replacementWait,
        Optional<Duration> standbyRetention) {
    public static WorkerTimeouts defaults() {
        return new WorkerTimeouts(
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Optional.empty());
    }
}
