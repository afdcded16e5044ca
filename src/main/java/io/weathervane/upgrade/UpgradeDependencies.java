package io.weathervane.upgrade;

import io.weathervane.core.ServerContext;
import io.weathervane.flags.LiveFlags;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.worker.WorkerManager;

/**
 * The components that an upgrade uses.
 *
 * @param comparison what the canary is held against
 */
public record UpgradeDependencies(
        ServerContext serverContext,
        LiveFlags flags,
        WorkerManager workers,
        RollbackMonitor monitor,
        ComparisonSources comparison,
        UpgradeConfig config) {
    /** The same with a configuration that was read again. */
    UpgradeDependencies with(UpgradeConfig newConfig) {
        return new UpgradeDependencies(serverContext, flags, workers, monitor, comparison, newConfig);
    }
}
