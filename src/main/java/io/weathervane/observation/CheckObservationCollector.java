package io.weathervane.observation;

import io.weathervane.baseline.BaselineRecordFactory;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.ExternalSnapshotRow;
import io.weathervane.monitor.HealthProbeVerdict;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.Observation;
import io.weathervane.monitor.Observation.Calls;
import io.weathervane.monitor.Observation.ProbeResult;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.monitor.ResourceUsage;
import io.weathervane.monitor.WatchState;
import io.weathervane.probe.ProbeTrafficCrossCheck;
import io.weathervane.probe.WatchProber;
import io.weathervane.store.StoreException;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Baseline;
import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.Role;
import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerState;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the active worker, once for each check. */
public final class CheckObservationCollector {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final WorkerManager workers;
    private final ExternalErrorRateRowReader rowReader;
    private final SignalSource signals;
    private final WatchProber prober;

    /**
     * Observation of one check, with the counts that the next check starts from.
     *
     * @param baseline what the next check counts from
     */
    public record Seen(Observation observation, Baseline baseline) {
        public Seen with(PreviousWorkerReplayResult answers) {
            return new Seen(observation.with(answers), baseline);
        }
    }

    public CheckObservationCollector(
            WorkerManager workers, ExternalErrorRateRowReader rowReader, SignalSource signals, WatchProber prober) {
        this.workers = workers;
        this.rowReader = rowReader;
        this.signals = signals;
        this.prober = prober;
    }

    /**
     * The same, with the last known values of the signals: for a watch over a new release. They lag behind what they measure,
     * so that they say nothing of a worker that an action has just brought back.
     *
     * @param now in the time of the watch
     */
    public Seen withSignals(Seen seen, Instant now) {
        return new Seen(seen.observation().with(signals.readings(now)), seen.baseline());
    }

    /** Probes that a watch lacked which ended without knowing enough, in words. */
    public String missingProbes(WatchState ended) {
        return prober.missing(
                ended.promotionId(),
                ended.callCounts().callers().total(),
                ended.callCounts().probes().total());
    }

    /** May take as long as the probe with its retry. */
    public Seen look(WatchRecord on, MonitorPolicy policy, Instant now) {
        Baseline before = on.baseline();
        ProbeResult probe = probe();
        long overdue = workers.countOverdue(Role.ACTIVE);
        CallTallyDetails details = workers.figures(Role.ACTIVE);
        Calls calls = withProbes(calls(before.details(), details, overdue), prober.take(on));
        Observation observation = new Observation(probe, calls, external(before.rowId(), policy, now), usage());
        return new Seen(observation, new Baseline(details, before.rowId()));
    }

    private ProbeResult probe() {
        boolean running = workers.view()
                .active()
                .filter(worker -> worker.state() == WorkerState.READY)
                .isPresent();
        if (!running) {
            return new ProbeResult(HealthProbeVerdict.NO_WORKER, "no active worker");
        }
        try {
            return ProbeTrafficCrossCheck.probe(workers, Role.ACTIVE);
        } catch (RuntimeException e) {
            LOG.error("the probe could not be made{}", workers.service().logged(), e);
            return new ProbeResult(HealthProbeVerdict.UNKNOWN, e.toString());
        }
    }

    /** Calls between two looks at the same worker; numbers that went back were counted anew. */
    private static Calls calls(CallTallyDetails before, CallTallyDetails now, long overdue) {
        CallTotals then = before.totals();
        CallTotals totals = now.totals();
        if (totals.requests() < then.requests() || totals.errors() < then.errors()) {
            return calls(CallTallyDetails.NONE, now, overdue);
        }
        long errors = totals.errors() - then.errors();
        long requests = Math.max(totals.requests() - then.requests(), errors);
        Map<String, CallCounts> tools = new HashMap<>();
        addMade(tools, before.tools(), now.tools(), tool -> tool);
        addMade(tools, before.parts(), now.parts(), BaselineRecordFactory::nameOf);
        long slow = Math.max(0, Math.min(requests, now.slow() - before.slow()));
        return new Calls(new CallCounts(requests, errors), totals.failureRun(), slow, overdue, tools);
    }

    /** Probes count like calls; what is told apart of them is under names of its own. */
    private static Calls withProbes(Calls calls, Map<String, CallCounts> probes) {
        if (probes.isEmpty()) {
            return calls;
        }
        Map<String, CallCounts> tools = new HashMap<>(calls.tools());
        tools.putAll(probes);
        CallCounts sent = new Calls(calls.ended(), 0, 0, 0, probes).probes();
        return new Calls(calls.ended().plus(sent), calls.failureRun(), calls.slow(), calls.overdue(), tools);
    }

    private static <K> void addMade(
            Map<String, CallCounts> made,
            Map<K, ToolCallCounts> before,
            Map<K, ToolCallCounts> now,
            Function<K, String> name) {
        now.forEach((key, calls) -> {
            ToolCallCounts earlier = before.getOrDefault(key, ToolCallCounts.NONE);
            long requests = calls.requests() - earlier.requests();
            if (requests > 0) {
                made.put(name.apply(key), new CallCounts(requests, Math.max(0, calls.errors() - earlier.errors())));
            }
        });
    }

    private Optional<ExternalSnapshotRow> external(long rowId, MonitorPolicy policy, Instant now) {
        try {
            return rowReader.newest(rowId, policy.checkInterval().multipliedBy(2), now);
        } catch (StoreException e) {
            LOG.warn(
                    "operations_snapshots cannot be read: {}{}",
                    e.getMessage(),
                    workers.service().logged());
            return Optional.empty();
        }
    }

    private ResourceUsage usage() {
        try {
            return workers.usageOfActive()
                    .map(usage -> new ResourceUsage(
                            known(usage.residentBytes()), known(usage.openFiles()), known(usage.openFilesLimit())))
                    .orElseGet(ResourceUsage::unknown);
        } catch (RuntimeException e) {
            LOG.warn(
                    "the active worker's memory and open files are unknown{}",
                    workers.service().logged(),
                    e);
            return ResourceUsage.unknown();
        }
    }

    private static OptionalLong known(long value) {
        return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
    }
}
