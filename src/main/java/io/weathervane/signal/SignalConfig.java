package io.weathervane.signal;

import io.weathervane.monitor.SignalLimit;
import io.weathervane.worker.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A signal, as the configuration has it.
 *
 * @param prometheus asked for it while a watch is on
 * @param secret signs what is posted of it
 * @param interval how often it is asked for, or posted again while nothing has changed
 * @param limits from where on it calls for what
 * @param service whose releases it speaks of
 */
public record SignalConfig(
        String name,
        Optional<PrometheusQuerySpec> prometheus,
        Optional<String> secret,
        Duration interval,
        List<SignalLimit> limits,
        ServiceName service) {
    /** A value older than so many intervals is unknown. */
    static final int AGE_INTERVALS_MAX = 3;

    public SignalConfig {
        limits = List.copyOf(limits);
    }

    /** Whether others may post it: it has a secret, or no other place to come from. */
    public boolean isPosted() {
        return secret.isPresent() || prometheus.isEmpty();
    }

    /** Older than this a value is unknown. */
    Duration ageMax() {
        return interval.multipliedBy(AGE_INTERVALS_MAX);
    }

    @Override
    public String toString() {
        return "SignalConfig[" + name + (secret.isPresent() ? ", signed]" : "]");
    }
}
