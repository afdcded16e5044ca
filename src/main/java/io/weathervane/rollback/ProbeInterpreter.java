package io.weathervane.rollback;

import io.weathervane.monitor.Observation.ProbeResult;
import io.weathervane.monitor.ProbeOutcome;
import io.weathervane.worker.HealthProbeResult;

/** Weighs a health probe with the real calls of its time. */
public final class ProbeInterpreter {
    private ProbeInterpreter() {}

    /**
     * Says what a probe means for the watch.
     *
     * @param wentWell real calls, while the probe waited: then the worker is there, and only the probe was lost
     */
    public static ProbeResult interpret(HealthProbeResult probe, long wentWell) {
        return switch (probe.status()) {
            case HEALTHY -> new ProbeResult(ProbeOutcome.PASSED, probe.detail());
            case UNHEALTHY -> new ProbeResult(ProbeOutcome.FAILED, probe.detail());
            case NO_ANSWER ->
                wentWell > 0
                        ? new ProbeResult(
                                ProbeOutcome.LOST,
                                "probe lost (" + probe.detail() + "), while " + wentWell + " calls went well")
                        : new ProbeResult(ProbeOutcome.FAILED, probe.detail());
        };
    }
}
