package io.weathervane.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How promotions are watched.
 *
 * @param file what the configuration file says of the thresholds
 * @param environment what {@code WVO_ROLLBACK_*} variables say of them; they win over the file
 */
public record MonitorSettings(Mode mode, MonitorThresholds file, MonitorThresholds environment) {
    /** Whether decisions are carried out. */
    public enum Mode {
        ACT,
        /** Decide and audit, change nothing. */
        OBSERVE
    }

    /** What the presets say where nothing else does, and what a window is checked against. */
    private static final int CHECK_WINDOW = 5;

    private static final int FAILURE_COUNT = 3;

    public MonitorSettings {
        MonitorThresholds both = environment.orElse(file);
        int window = both.checkWindow().orElse(CHECK_WINDOW);
        int failures = both.failureCount().orElse(FAILURE_COUNT);
        if (failures > window) {
            throw new ConfigException("monitor.failureCount (" + failures + ") must not be above monitor.checkWindow ("
                    + window + "): so many failed checks would never be seen together");
        }
    }

    public static MonitorSettings defaults() {
        return new MonitorSettings(Mode.ACT, MonitorThresholds.none(), MonitorThresholds.none());
    }

    static MonitorSettings from(Section section, MonitorThresholds environment) {
        return new MonitorSettings(
                section.oneOf("mode", modes()).orElse(Mode.ACT), MonitorThresholds.from(section), environment);
    }

    private static Map<String, Mode> modes() {
        Map<String, Mode> modes = new LinkedHashMap<>();
        modes.put("act", Mode.ACT);
        modes.put("observe", Mode.OBSERVE);
        return modes;
    }
}
