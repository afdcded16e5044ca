package io.weathervane.monitor;

/** What the probe of the active worker said. */
public enum ProbeOutcome {
    PASSED,
    FAILED,
    /** The probe itself could not be made; says nothing about the worker. */
    UNKNOWN,
    NO_WORKER
}
