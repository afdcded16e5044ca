package io.weathervane.config;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.policy.MonitorMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code monitor}: how promotions are watched. */
final class MonitorReader {
    /** In the order in which an unknown key is told what is known. */
    static final List<PolicyKey> THRESHOLDS = List.of(
            PolicyKey.CHECK_INTERVAL,
            PolicyKey.GRACE_PERIOD,
            PolicyKey.ERROR_RATE_THRESHOLD,
            PolicyKey.CONSECUTIVE_FAILURES,
            PolicyKey.CHECK_WINDOW,
            PolicyKey.FAILURE_COUNT,
            PolicyKey.MIN_REQUESTS);

    private static final String RATE_RULE = "must be a number above 0 and at most 1 (0.2 is 20 %), was ";

    private final MonitorPolicy preset;
    private final PolicyOverrides environment;

    /** @param environment what variables say of the thresholds */
    MonitorReader(MonitorPolicy preset, PolicyOverrides environment) {
        this.preset = preset;
        this.environment = environment;
    }

    MonitorConfig withoutSection() {
        return config(MonitorMode.ACT, PolicyOverrides.none());
    }

    MonitorConfig read(Section section) {
        MonitorMode mode = section.oneOf("mode", modes()).orElse(MonitorMode.ACT);
        PolicyOverrides file = PolicyOverrides.none();
        for (PolicyKey key : THRESHOLDS) {
            Optional<Double> number = number(section, key);
            if (number.isPresent()) {
                file = file.with(key, number.get());
            }
        }
        return config(mode, file.withRestoreOnEscalation(section.yesOrNo("restoreOnEscalation")))
                .withReplayBeforeRollback(
                        section.yesOrNo("replayBeforeRollback").orElse(true));
    }

    private MonitorConfig config(MonitorMode mode, PolicyOverrides file) {
        int window = number(PolicyKey.CHECK_WINDOW, file);
        int failures = number(PolicyKey.FAILURE_COUNT, file);
        if (failures > window) {
            throw new ConfigException("monitor.failureCount (" + failures + ") must not be above monitor.checkWindow ("
                    + window + "): so many failed checks would never be seen together");
        }
        return new MonitorConfig(mode, preset, file, environment);
    }

    private int number(PolicyKey key, PolicyOverrides file) {
        return (int) environment.get(key).orElse(file.get(key).orElse(key.in(preset)));
    }

    private static Optional<Double> number(Section section, PolicyKey key) {
        String name = key.configName();
        return switch (key.kind()) {
            case MILLIS ->
                section.duration(name, Duration.ofMillis((long) key.min()), Duration.ofMillis((long) key.max()))
                        .map(duration -> (double) duration.toMillis());
            case RATE ->
                section.number(name).map(rate -> {
                    if (!key.allows(rate)) {
                        throw section.problem(name, RATE_RULE + rate);
                    }
                    return rate;
                });
            case COUNT ->
                section.wholeNumber(name, (int) key.min(), (int) key.max()).map(Integer::doubleValue);
        };
    }

    private static Map<String, MonitorMode> modes() {
        Map<String, MonitorMode> modes = new LinkedHashMap<>();
        for (MonitorMode mode : MonitorMode.values()) {
            modes.put(mode.wireName(), mode);
        }
        return modes;
    }
}
