package io.weathervane.upgrade;

import io.weathervane.monitor.Counts;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ProbeOutcome;
import io.weathervane.monitor.Usage;
import io.weathervane.worker.Probe;
import io.weathervane.worker.ProcessUsage;
import io.weathervane.worker.Role;
import io.weathervane.worker.Tally;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;
import java.util.OptionalLong;

/** Looks at the canary as the monitor looks at the active worker; what cannot be learnt is unknown. */
final class CanaryObserver {
    private final WorkerManager workers;
    private Tally before;

    /** Counts from now on. */
    CanaryObserver(WorkerManager workers) {
        this.workers = workers;
        this.before = workers.tally(Role.CANARY);
    }

    Observation look() {
        Probe probe = workers.probe(Role.CANARY);
        Tally now = workers.tally(Role.CANARY);
        long requests = Math.max(0, now.requests() - before.requests());
        long errors = Math.min(requests, Math.max(0, now.errors() - before.errors()));
        before = now;
        return new Observation(
                new Observation.ProbeResult(probe.ok() ? ProbeOutcome.PASSED : ProbeOutcome.FAILED, probe.detail()),
                Observation.Calls.of(new Counts(requests, errors), now.failureRun()),
                Optional.empty(),
                workers.usage(Role.CANARY).map(CanaryObserver::usage).orElseGet(Usage::unknown));
    }

    private static Usage usage(ProcessUsage seen) {
        return new Usage(known(seen.residentBytes()), known(seen.openFiles()), known(seen.openFilesLimit()));
    }

    private static OptionalLong known(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}
