package io.weathervane.policy;

import java.util.Locale;

/** Whether decisions are carried out. */
public enum MonitorMode {
    ACT,
    /** Decide and audit, change nothing. */
    OBSERVE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
