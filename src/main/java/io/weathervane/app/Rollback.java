package io.weathervane.app;

import io.weathervane.core.ServerContext;
import io.weathervane.rollback.MonitorConfig;
import io.weathervane.rollback.PolicyResolver;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.util.Closer;

/** The watch over the active worker, which rolls back or escalates by itself. */
public record Rollback(RollbackMonitor monitor) {
    /** Prepares it; nothing is checked before {@link Modules#begin}. */
    public static Rollback prepare(
            Closer closer, ServerContext core, Flags flags, Workers workers, MonitorConfig config) {
        PolicyResolver policies = new PolicyResolver(config, flags.live()::setting);
        return new Rollback(
                closer.register(new RollbackMonitor(core, flags.live(), workers.manager(), policies, config.mode())));
    }
}
