package io.weathervane.monitor;

/** Verdict of the probe of the active worker. */
public enum HealthProbeVerdict {
    PASSED,
    FAILED,
    /** No answer came, while real calls went well: the probe was lost, and the worker is there. */
    LOST,
    /** The probe itself could not be made; says nothing about the worker. */
    UNKNOWN,
    NO_WORKER
}
