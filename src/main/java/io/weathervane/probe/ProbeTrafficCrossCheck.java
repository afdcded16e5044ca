package io.weathervane.probe;

import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.Observation.ProbeResult;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;

/** Probes a worker, and weighs what comes of it with the real calls of that time. */
public final class ProbeTrafficCrossCheck {
    private ProbeTrafficCrossCheck() {}

    /** Takes as long as the probe with its retry. */
    public static ProbeResult probe(WorkerManager workers, Role role) {
        long before = callsThatWentWell(workers, role);
        HealthProbeResult probe = workers.probe(role);
        return interpret(probe, callsThatWentWell(workers, role) - before);
    }

    private static long callsThatWentWell(WorkerManager workers, Role role) {
        CallTotals totals = workers.tally(role);
        return totals.requests() - totals.errors();
    }

    /**
     * Says what a probe means for the watch.
     *
     * @param wentWell real calls, while the probe waited: then the worker is there, and only the probe was lost
     */
    static ProbeResult interpret(HealthProbeResult probe, long wentWell) {
        return switch (probe.status()) {
            case HEALTHY -> new ProbeResult(HealthProbeVerdict.PASSED, probe.detail());
            case UNHEALTHY -> new ProbeResult(HealthProbeVerdict.FAILED, probe.detail());
            case NO_ANSWER ->
                wentWell > 0
                        ? new ProbeResult(
                                HealthProbeVerdict.LOST,
                                "probe lost (" + probe.detail() + "), while " + wentWell + " calls went well")
                        : new ProbeResult(HealthProbeVerdict.FAILED, probe.detail());
        };
    }
}
