package io.weathervane.app;

import io.weathervane.audit.AuditFileSynchronizer;
import io.weathervane.audit.StateLoss;
import io.weathervane.audit.StateLossCheck;
import io.weathervane.block.CallBlocks;
import io.weathervane.config.Config;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagPollingOptions;
import io.weathervane.reset.ResetPreconditions;
import io.weathervane.util.Closer;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The modules of a server, each with those before it, in the order they are built. Production and tests start the same.
 *
 * @param blocks of workers' calls
 * @param services that come and go with the configuration
 */
public record Modules(
        ServerContext serverContext, Flags flags, CallBlocks blocks, Operations operations, Services services) {
    /**
     * Builds them; no child process is started before {@link #begin}.
     *
     * @param closer ends them, last first
     */
    public static Modules prepare(Closer closer, ServerContext serverContext, Config config) {
        Optional<StateLoss> loss = StateLossCheck.run(
                serverContext.audit(),
                serverContext.database(),
                serverContext.workspace().analytics());
        closer.register(AuditFileSynchronizer.start(
                serverContext.audit(),
                serverContext.database(),
                serverContext.workspace().analytics(),
                serverContext.ticker()));
        ServerRunRecorder run = closer.register(ServerRunRecorder.begin(serverContext.audit()));
        Flags flags = Flags.start(closer, serverContext, config.flagCatalog(), loss, FlagPollingOptions.defaults());
        CallBlocks blocks = CallBlocks.start(
                serverContext.database(),
                serverContext.audit(),
                serverContext.events(),
                serverContext.clock(),
                flags.live(),
                config.callers().killSwitchBlocks());
        Operations operations = Operations.start(closer, serverContext, flags, config.webhooks());
        flags.lostState().announce(serverContext.audit());
        Services services = closer.register(Services.prepare(serverContext, flags, config));
        run.setEnd(() -> recordAtTheEnd(services));
        serverContext
                .database()
                .deferredWrites()
                .catchUp(); // all who write deferred records are there, no worker and no transport is
        return new Modules(serverContext, flags, blocks, operations, services);
    }

    private static ObjectNode recordAtTheEnd(Services services) {
        ObjectNode record = services.first().rollback().monitor().recordAtTheEnd();
        if (services.areSeveral()) {
            ObjectNode each = record.putObject(ResetPreconditions.SERVICES);
            services.all()
                    .forEach(service -> each.set(
                            service.name().value(), service.rollback().monitor().recordAtTheEnd()));
        }
        return record;
    }

    /** Starts one service after the other; see {@link Service#begin}. */
    public void begin(boolean afterCrash) {
        services.all().forEach(service -> service.begin(afterCrash));
    }

    /** The first service's workers. */
    public Workers workersOfFirst() {
        return services.first().workers();
    }

    /** The watch over the first service. */
    public Rollback rollbackOfFirst() {
        return services.first().rollback();
    }

    /** The first service's upgrades. */
    public Upgrades upgradesOfFirst() {
        return services.first().upgrades();
    }
}
