package io.weathervane.app;

import io.weathervane.upgrade.UpgradeDependencies;
import io.weathervane.upgrade.UpgradeManager;
import io.weathervane.util.Closer;

/** Canary upgrades, one at a time. */
record Upgrades(UpgradeManager manager) {
    /** Prepares them; an upgrade that an earlier server left goes on after {@link Modules#begin}. */
    static Upgrades prepare(Closer closer, UpgradeDependencies dependencies) {
        return new Upgrades(closer.register(new UpgradeManager(dependencies)));
    }
}
