package io.weathervane.monitor;

import java.time.Duration;

/** The runbook's recommended thresholds, by environment. */
public final class MonitorPresets {
    public static final MonitorPolicy DEFAULT = preset(0.20, Duration.ofMinutes(10), 2);
    public static final MonitorPolicy PRODUCTION = preset(0.15, Duration.ofMinutes(15), 1);
    public static final MonitorPolicy STAGING = preset(0.25, Duration.ofMinutes(5), 2);
    public static final MonitorPolicy DEVELOPMENT = preset(0.50, Duration.ofMinutes(2), 3);

    private MonitorPresets() {}

    private static MonitorPolicy preset(double errorRate, Duration gracePeriod, int consecutiveFailures) {
        return new MonitorPolicy(
                errorRate,
                new MonitorPolicy.Schedule(gracePeriod, Duration.ofSeconds(30)),
                new MonitorPolicy.FailureLimits(consecutiveFailures, /* checkWindow= */ 5, /* failureCount= */ 3),
                /* minRequests= */ 20,
                /* restoreOnEscalation= */ true);
    }
}
