package io.weathervane.app;

import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.core.ServerContext;
import io.weathervane.upgrade.ComparisonSources;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.upgrade.UpgradeDependencies;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.util.Closer;

/** Canary upgrades, one at a time. */
record Upgrades(UpgradeManager manager) {
    /** Prepares them; an upgrade that an earlier server left goes on after {@link Modules#begin}. */
    public static Upgrades prepare(
            Closer closer,
            ServerContext serverContext,
            Flags flags,
            Workers workers,
            Rollback rollback,
            ContractInForce contract,
            UpgradeConfig config) {
        return new Upgrades(closer.register(new UpgradeManager(new UpgradeDependencies(
                serverContext,
                flags.live(),
                workers.manager(),
                rollback.monitor(),
                new ComparisonSources(workers.recentCalls(), contract),
                config))));
    }
}
