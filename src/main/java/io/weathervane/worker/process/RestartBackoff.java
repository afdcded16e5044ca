package io.weathervane.worker.process;

import io.weathervane.util.Backoff;
import io.weathervane.worker.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * Delays before a worker that ended is started again. Uptime clears the count, not a spawn that worked: a worker that
 * dies a second after each start would otherwise be started for ever.
 */
public final class RestartBackoff {
    private final RestartPolicy policy;
    private final Backoff delays;
    private int attempts;

    public RestartBackoff(RestartPolicy policy) {
        this.policy = policy;
        this.delays = new Backoff(policy.initialDelay(), policy.maxDelay());
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
        attempts++;
        return Optional.of(delays.after(attempts));
    }

    public synchronized int attempts() {
        return attempts;
    }
}
