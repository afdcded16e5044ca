package io.weathervane.app;

import io.weathervane.audit.AuditLog;
import io.weathervane.config.AcceptedChangeSettings;
import io.weathervane.config.Config;
import io.weathervane.config.UpgradeSettings;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.rollback.PolicySource;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.shadow.AcceptedChange;
import io.weathervane.shadow.Recorder;
import io.weathervane.shadow.Shadow;
import io.weathervane.shadow.ShadowLimits;
import io.weathervane.shadow.ShadowPlan;
import io.weathervane.shadow.ShadowProbe;
import io.weathervane.shadow.ToolDifference;
import io.weathervane.store.Database;
import io.weathervane.upgrade.UpgradeDependencies;
import io.weathervane.util.Redactor;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;

/**
 * The configuration in the words of the packages that need it, which know nothing of files: {@code config} is
 * imported by the wiring alone.
 */
final class Configured {
    private Configured() {}

    static FlagCatalog flags(Config settings) {
        return FlagCatalog.builtIn().with(settings.flags());
    }

    /**
     * What upgrades are made of.
     *
     * @param recorded real calls, for the canary to answer too
     */
    static UpgradeDependencies upgrades(
            Config settings,
            Workspace workspace,
            Database database,
            AuditLog audit,
            LiveFlags flags,
            WorkerManager workers,
            RollbackMonitor monitor,
            PolicySource policy,
            Recorder recorded,
            EventBus events,
            Clock clock,
            Ticker ticker) {
        return new UpgradeDependencies(
                workspace,
                database,
                audit,
                flags,
                workers,
                monitor,
                settings.workers().releases(),
                settings.upgrade().steps(),
                policy::current,
                new Shadow(Redactor::clean, clock, ticker),
                shadowPlan(settings.upgrade()),
                recorded,
                events,
                Product.version(),
                clock,
                ticker);
    }

    static ShadowPlan shadowPlan(UpgradeSettings upgrade) {
        return new ShadowPlan(
                upgrade.probes().stream()
                        .map(probe -> new ShadowProbe(probe.tool(), probe.arguments()))
                        .toList(),
                upgrade.replay(),
                upgrade.mirrorDuration(),
                upgrade.ignoredFields(),
                upgrade.acceptedChanges().stream()
                        .map(change -> new AcceptedChange(change.tool(), kind(change.kind())))
                        .toList(),
                new ShadowLimits(
                        upgrade.callTimeout(),
                        upgrade.maxDifferenceRatio(),
                        upgrade.maxLatencyFactor(),
                        ShadowLimits.FAILURES_MAX));
    }

    private static ToolDifference.Kind kind(AcceptedChangeSettings.Kind kind) {
        return switch (kind) {
            case REMOVED -> ToolDifference.Kind.REMOVED;
            case SCHEMA_CHANGED -> ToolDifference.Kind.SCHEMA_CHANGED;
            case ANNOTATION_FLIPPED -> ToolDifference.Kind.ANNOTATION_FLIPPED;
        };
    }
}
