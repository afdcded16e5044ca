package io.weathervane.config;

import io.weathervane.policy.MonitorConfig;
import io.weathervane.signal.SignalConfig;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkersConfig;
import java.util.List;

/** How the releases of one service are run, watched and replaced. */
public record ServiceConfig(
        WorkersConfig workers, MonitorConfig monitor, UpgradeConfig upgrade, List<SignalConfig> signals) {
    public ServiceConfig {
        signals = List.copyOf(signals);
    }

    /** The service's name. */
    public ServiceName name() {
        return workers.service();
    }
}
