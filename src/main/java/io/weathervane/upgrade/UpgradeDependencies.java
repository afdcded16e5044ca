package io.weathervane.upgrade;

import io.weathervane.audit.AuditLog;
import io.weathervane.event.EventBus;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.shadow.Recorder;
import io.weathervane.shadow.Shadow;
import io.weathervane.shadow.ShadowPlan;
import io.weathervane.store.Database;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The components and settings that an upgrade uses.
 *
 * @param releases those of the configuration, by label
 * @param steps commands of the configuration for builds and tests, by name
 * @param policy the thresholds in force
 * @param recorded real calls to make again
 * @param version of this server, for the record
 */
public record UpgradeDependencies(
        Workspace workspace,
        Database database,
        AuditLog audit,
        LiveFlags flags,
        WorkerManager workers,
        RollbackMonitor monitor,
        Map<String, WorkerRelease> releases,
        Map<String, String> steps,
        Supplier<MonitorPolicy> policy,
        Shadow shadow,
        ShadowPlan shadowPlan,
        Recorder recorded,
        EventBus events,
        String version,
        Clock clock,
        Ticker ticker) {
    public UpgradeDependencies {
        releases = Map.copyOf(releases);
        steps = Map.copyOf(steps);
    }
}
