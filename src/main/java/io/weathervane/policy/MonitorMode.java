package io.weathervane.policy;

import java.util.Locale;

/** Mode of the monitor: carry decisions out, or only record them. */
public enum MonitorMode {
    ACT,
    /** Decide and audit, change nothing. */
    OBSERVE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
