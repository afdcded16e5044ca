package io.weathervane.config;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The kind of environment the server runs in: the monitor's thresholds, and how easily the kill switch comes off. */
public enum EnvironmentPreset {
    DEFAULT,
    PRODUCTION,
    STAGING,
    DEVELOPMENT;

    /** As written in the configuration and on the command line: {@code production}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    MonitorPolicy policy() {
        return switch (this) {
            case DEFAULT -> MonitorPresets.DEFAULT;
            case PRODUCTION -> MonitorPresets.PRODUCTION;
            case STAGING -> MonitorPresets.STAGING;
            case DEVELOPMENT -> MonitorPresets.DEVELOPMENT;
        };
    }

    static Map<String, EnvironmentPreset> byName() {
        Map<String, EnvironmentPreset> presets = new LinkedHashMap<>();
        for (EnvironmentPreset preset : values()) {
            presets.put(preset.wireName(), preset);
        }
        return presets;
    }
}
