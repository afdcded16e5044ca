package io.weathervane.shadow;

import java.time.Duration;

/**
 * Thresholds of a shadow comparison.
 *
 * @param callTimeout how long each call may take; one that takes longer is ended and counts as failed
 * @param maxDifferenceRatio share of the compared calls that may have another result, from 0 to 1
 * @param maxLatencyFactor how many times slower than the active worker the canary may be
 * @param failuresMax calls without any answer (a hang, a lost worker) after which the comparison stops
 */
public record ShadowThresholds(
        Duration callTimeout, double maxDifferenceRatio, double maxLatencyFactor, int failuresMax) {
    public static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

    /** A canary that is ten times slower is over it by a wide margin, one that is merely cold is not. */
    public static final double LATENCY_FACTOR = 5;

    public static final int FAILURES_MAX = 3;

    public ShadowThresholds {
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("callTimeout must be > 0, was " + callTimeout);
        }
        if (!(maxDifferenceRatio >= 0 && maxDifferenceRatio <= 1)) {
            throw new IllegalArgumentException("maxDifferenceRatio must be from 0 to 1, was " + maxDifferenceRatio);
        }
        if (!(maxLatencyFactor >= 1)) {
            throw new IllegalArgumentException("maxLatencyFactor must be >= 1, was " + maxLatencyFactor);
        }
        if (failuresMax < 1) {
            throw new IllegalArgumentException("failuresMax must be >= 1, was " + failuresMax);
        }
    }

    public static ShadowThresholds defaults() {
        return new ShadowThresholds(CALL_TIMEOUT, /* maxDifferenceRatio= */ 0, LATENCY_FACTOR, FAILURES_MAX);
    }
}
