package io.weathervane.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The kind of environment the server runs in: the monitor's thresholds, and how easily the kill switch comes off. */
public enum Preset {
    DEFAULT,
    PRODUCTION,
    STAGING,
    DEVELOPMENT;

    /** As written in the configuration and on the command line: {@code production}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Map<String, Preset> byName() {
        Map<String, Preset> presets = new LinkedHashMap<>();
        for (Preset preset : values()) {
            presets.put(preset.wireName(), preset);
        }
        return presets;
    }
}
