package io.weathervane.rollback;

import io.weathervane.monitor.ExternalSnapshot;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.ProbeOutcome;
import io.weathervane.monitor.Usage;
import io.weathervane.rollback.PromotionWatch.Baseline;
import io.weathervane.store.StoreException;
import io.weathervane.worker.CallFigures;
import io.weathervane.worker.Probe;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerState;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the active worker, once for each check. */
final class ObservationReader {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final WorkerManager workers;
    private final ExternalSnapshots snapshots;

    /**
     * What was seen.
     *
     * @param baseline what the next check counts from
     */
    record Seen(Observation observation, Baseline baseline) {}

    private record Probed(ProbeOutcome outcome, String detail) {}

    ObservationReader(WorkerManager workers, ExternalSnapshots snapshots) {
        this.workers = workers;
        this.snapshots = snapshots;
    }

    /** May take as long as the probe with its retry. */
    Seen look(Baseline before, MonitorPolicy policy, Instant now) {
        Probed probed = probe();
        long overdue = workers.countOverdue(Role.ACTIVE);
        CallFigures figures = workers.figures(Role.ACTIVE);
        CountersDelta since = CountersDelta.of(before.figures(), figures);
        Observation observation = new Observation(
                probed.outcome(),
                probed.detail(),
                since.calls().calls(),
                since.calls().failed(),
                figures.tally().failureRun(),
                since.slow(),
                since.tools(),
                overdue,
                external(before.rowId(), policy, now),
                usage());
        return new Seen(observation, new Baseline(figures, before.rowId()));
    }

    private Probed probe() {
        boolean running = workers.view()
                .active()
                .filter(worker -> worker.state() == WorkerState.READY)
                .isPresent();
        if (!running) {
            return new Probed(ProbeOutcome.NO_WORKER, "no active worker");
        }
        try {
            Probe probe = workers.probeActive();
            return new Probed(probe.ok() ? ProbeOutcome.PASSED : ProbeOutcome.FAILED, probe.detail());
        } catch (RuntimeException e) {
            LOG.error("the probe could not be made", e);
            return new Probed(ProbeOutcome.UNKNOWN, e.toString());
        }
    }

    private Optional<ExternalSnapshot> external(long rowId, MonitorPolicy policy, Instant now) {
        try {
            return snapshots.newest(rowId, policy.checkInterval().multipliedBy(2), now);
        } catch (StoreException e) {
            LOG.warn("operations_snapshots cannot be read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Usage usage() {
        try {
            return workers.usageOfActive()
                    .map(usage -> new Usage(
                            known(usage.residentBytes()), known(usage.openFiles()), known(usage.openFilesLimit())))
                    .orElseGet(Usage::unknown);
        } catch (RuntimeException e) {
            LOG.warn("the active worker's memory and open files are unknown", e);
            return Usage.unknown();
        }
    }

    private static OptionalLong known(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}
