package io.weathervane.task;

import java.util.Locale;

/** State of a task; it leaves {@link #WORKING} once, and for good. */
public enum TaskStatus {
    WORKING,
    /** It has a result, which may be that of a tool that said no. */
    COMPLETED,
    /** It ended with a JSON-RPC error. */
    FAILED,
    CANCELLED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
