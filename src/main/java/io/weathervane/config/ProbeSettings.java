package io.weathervane.config;

import java.time.Duration;

/**
 * How a worker is asked whether it is well.
 *
 * @param method the JSON-RPC method that is called
 * @param retryAfter how long after a failed probe the one retry comes
 */
public record ProbeSettings(String method, Duration timeout, Duration retryAfter) {
    public static final Duration TIMEOUT = Duration.ofSeconds(5);
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

    /** The probe of a worker that is not given one of its own. */
    public static ProbeSettings of(ReleaseSettings.Kind kind) {
        return new ProbeSettings(kind.probeMethod(), TIMEOUT, RETRY_AFTER);
    }

    static ProbeSettings from(Section section, ReleaseSettings.Kind kind) {
        return new ProbeSettings(
                section.words("method").orElse(kind.probeMethod()),
                section.duration("timeout", TIMEOUT_MIN, TIMEOUT_MAX).orElse(TIMEOUT),
                section.duration("retryAfter", TIMEOUT_MIN, TIMEOUT_MAX).orElse(RETRY_AFTER));
    }
}
