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
 * @param oldToolListGrace how long after a promotion the previous worker gets calls that only its list of tools promises
 */
public record WorkerTimeouts(
        Duration drainTimeout,
        Duration startTimeout,
        Duration stopTimeout,
        Duration replacementWait,
        Optional<Duration> standbyRetention,
        Duration oldToolListGrace) {
    /** As long as clients that ask for a list only at times go by it: an hour. */
    public static final Duration OLD_TOOL_LIST_GRACE = Duration.ofHours(1);

    /** With the usual grace for old lists of tools. */
    public WorkerTimeouts(
            Duration drainTimeout,
            Duration startTimeout,
            Duration stopTimeout,
            Duration replacementWait,
            Optional<Duration> standbyRetention) {
        this(drainTimeout, startTimeout, stopTimeout, replacementWait, standbyRetention, OLD_TOOL_LIST_GRACE);
    }

    public static WorkerTimeouts defaults() {
        return new WorkerTimeouts(
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Optional.empty());
    }
}
