package io.weathervane.monitor;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runbook's recommended thresholds, by environment. */
public final class MonitorPresets {
    public static final MonitorPolicy DEFAULT = preset(0.20, Duration.ofMinutes(10), 2);
    public static final MonitorPolicy PRODUCTION = preset(0.15, Duration.ofMinutes(15), 1);
    public static final MonitorPolicy STAGING = preset(0.25, Duration.ofMinutes(5), 2);
    public static final MonitorPolicy DEVELOPMENT = preset(0.50, Duration.ofMinutes(2), 3);

    private static final Map<String, MonitorPolicy> BY_NAME = byName();

    private MonitorPresets() {}

    public static Optional<MonitorPolicy> named(String environment) {
        return Optional.ofNullable(BY_NAME.get(environment));
    }

    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    private static MonitorPolicy preset(double errorRate, Duration gracePeriod, int consecutiveFailures) {
        return new MonitorPolicy(
                errorRate,
                gracePeriod,
                Duration.ofSeconds(30),
                consecutiveFailures,
                /* checkWindow= */ 5,
                /* failureCount= */ 3,
                /* minRequests= */ 20,
                /* restoreOnEscalation= */ true);
    }

    private static Map<String, MonitorPolicy> byName() {
        Map<String, MonitorPolicy> presets = new LinkedHashMap<>();
        presets.put("default", DEFAULT);
        presets.put("production", PRODUCTION);
        presets.put("staging", STAGING);
        presets.put("development", DEVELOPMENT);
        return presets;
    }
}
