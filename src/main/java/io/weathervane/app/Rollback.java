package io.weathervane.app;

import io.weathervane.core.ServerContext;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.policy.PolicyResolver;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.signal.ExternalSignalRegistry;
import io.weathervane.signal.SignalConfig;
import io.weathervane.util.Closer;
import java.util.List;

/** The watch over the active worker, which rolls back or escalates by itself. */
public record Rollback(RollbackMonitor monitor, ExternalSignalRegistry signals) {
    /** Prepares it; nothing is checked before {@link Modules#begin}. */
    public static Rollback prepare(
            Closer closer,
            ServerContext serverContext,
            Flags flags,
            Workers workers,
            MonitorConfig config,
            List<SignalConfig> signalConfigs) {
        PolicyResolver policies = new PolicyResolver(config, flags.live()::setting);
        ExternalSignalRegistry signals = closer.register(
                new ExternalSignalRegistry(signalConfigs, serverContext.clock(), serverContext.ticker()));
        return new Rollback(
                closer.register(
                        new RollbackMonitor(serverContext, flags.live(), workers.manager(), policies, config, signals)),
                signals);
    }
}
