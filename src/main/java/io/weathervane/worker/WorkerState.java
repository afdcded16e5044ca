package io.weathervane.worker;

import java.util.Locale;

/** State of a worker's process. */
public enum WorkerState {
    /** Runs and answers. */
    READY,
    /** Ended without being asked to. */
    EXITED,
    /** Ended, or ending, because it is no longer needed. */
    STOPPED;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
