package io.weathervane.app;

import io.weathervane.config.ServiceConfig;
import io.weathervane.core.ServerContext;
import io.weathervane.observation.ExternalErrorRateRowReader;
import io.weathervane.observation.ExternalSources;
import io.weathervane.observation.SnapshotRowScope;
import io.weathervane.policy.WatchSettings;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.signal.ExternalSignalRegistry;
import io.weathervane.util.Closer;

/** The watch over the active worker, which rolls back or escalates by itself. */
public record Rollback(RollbackMonitor monitor, ExternalSignalRegistry signals) {
    /** Prepares it; nothing is checked before {@link Modules#begin}. */
    public static Rollback prepare(
            Closer closer,
            ServerContext serverContext,
            Flags flags,
            Workers workers,
            ServiceConfig config,
            SnapshotRowScope rows) {
        WatchSettings settings = new WatchSettings(config.monitor(), flags.live()::setting);
        ExternalSignalRegistry signals = closer.register(
                new ExternalSignalRegistry(config.signals(), serverContext.clock(), serverContext.ticker()));
        ExternalSources sources =
                new ExternalSources(signals, new ExternalErrorRateRowReader(serverContext.database(), rows));
        RollbackMonitor monitor =
                closer.register(new RollbackMonitor(serverContext, flags.live(), workers.manager(), settings, sources));
        return new Rollback(monitor, signals);
    }
}
