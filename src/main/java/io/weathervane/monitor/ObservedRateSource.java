package io.weathervane.monitor;

import java.util.Locale;

/** Source of an error rate. */
public enum ObservedRateSource {
    /** The calls of this check alone. */
    CHECK,
    /** The calls of the checks in the window, because this check had too few. */
    WINDOW,
    /** A row in {@code operations_snapshots}. */
    EXTERNAL,
    /** There is no rate. */
    NONE;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
