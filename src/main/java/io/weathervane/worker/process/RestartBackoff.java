package io.weathervane.worker.process;

import io.weathervane.worker.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * When a worker that ended is started again. What clears the count is uptime, not a spawn that worked: a worker that
 * dies a second after each start would otherwise be started for ever.
 */
public final class RestartBackoff {
    private static final int DOUBLINGS_MAX = 30;

    private final RestartPolicy policy;
    private int attempts;

    public RestartBackoff(RestartPolicy policy) {
        this.policy = policy;
    }

    /**
     * The delay before the next start; empty when there have been enough.
     *
     * @param uptime how long the worker that ended had run, zero when it did not even start
     */
    public synchronized Optional<Duration> next(Duration uptime) {
        if (uptime.compareTo(policy.sustainedUptime()) >= 0) {
            attempts = 0;
        }
        if (attempts >= policy.attemptsMax()) {
            return Optional.empty();
        }
        Duration delay = policy.initialDelay().multipliedBy(1L << Math.min(attempts, DOUBLINGS_MAX));
        attempts++;
        return Optional.of(delay.compareTo(policy.maxDelay()) < 0 ? delay : policy.maxDelay());
    }

    public synchronized int attempts() {
        return attempts;
    }
}
