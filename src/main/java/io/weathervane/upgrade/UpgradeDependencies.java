package io.weathervane.upgrade;

import io.weathervane.core.ServerContext;
import io.weathervane.flags.LiveFlags;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.shadow.RecentCalls;
import io.weathervane.worker.WorkerManager;

/**
 * The components that an upgrade uses.
 *
 * @param recentCalls real calls, for the canary to answer too
 */
public record UpgradeDependencies(
        ServerContext serverContext,
        LiveFlags flags,
        WorkerManager workers,
        RollbackMonitor monitor,
        RecentCalls recentCalls,
        UpgradeConfig config) {}
