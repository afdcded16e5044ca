package io.weathervane.upgrade;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.probe.ProbeTrafficCrossCheck;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.ProcessUsage;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks at the canary as the monitor looks at the active worker; what cannot be learnt is unknown. */
final class CanaryObserver {
    private final WorkerManager workers;
    private CallTotals before;

    /** Counts from now on. */
    CanaryObserver(WorkerManager workers) {
        this.workers = workers;
        this.before = workers.tally(Role.CANARY);
    }

    Observation look() {
        Observation.ProbeResult probe = ProbeTrafficCrossCheck.probe(workers, Role.CANARY);
        CallTotals now = workers.tally(Role.CANARY);
        long requests = Math.max(0, now.requests() - before.requests());
        long errors = Math.min(requests, Math.max(0, now.errors() - before.errors()));
        before = now;
        return new Observation(
                probe,
                Observation.Calls.of(new CallCounts(requests, errors), now.failureRun()),
                Optional.empty(),
                workers.usage(Role.CANARY).map(CanaryObserver::usage).orElseGet(ResourceUsage::unknown));
    }

    private static ResourceUsage usage(ProcessUsage seen) {
        return new ResourceUsage(known(seen.residentBytes()), known(seen.openFiles()), known(seen.openFilesLimit()));
    }

    private static OptionalLong known(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}
