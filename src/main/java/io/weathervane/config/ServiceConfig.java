package io.weathervane.config;

import io.weathervane.contract.ContractConfig;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.signal.SignalConfig;
import io.weathervane.tool.AccessRule;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkersConfig;
import java.util.List;
import java.util.Optional;

/**
 * Configuration of one service: how its releases are run, watched and replaced.
 *
 * @param access rules about callers, for its tools
 */
public record ServiceConfig(
        WorkersConfig workers,
        MonitorConfig monitor,
        UpgradeConfig upgrade,
        List<SignalConfig> signals,
        List<AccessRule> access,
        Optional<ContractConfig> contract) {
    public ServiceConfig {
        signals = List.copyOf(signals);
        access = List.copyOf(access);
    }

    /** The service's name. */
    public ServiceName name() {
        return workers.service();
    }
}
