package io.weathervane.app;

import io.weathervane.audit.AuditFileSynchronizer;
import io.weathervane.audit.StateLoss;
import io.weathervane.audit.StateLossCheck;
import io.weathervane.config.Config;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagPollingOptions;
import io.weathervane.util.Closer;
import java.util.Optional;

/** The modules of a server, each with those before it, in the order they are built. Production and tests start the same. */
public record Modules(
        ServerContext serverContext,
        Flags flags,
        Operations operations,
        Workers workers,
        Rollback rollback,
        Upgrades upgrades) {
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
                serverContext.workspace().analytics()));
        ServerRunRecorder run = closer.register(ServerRunRecorder.begin(serverContext.audit()));
        Flags flags = Flags.start(
                closer, serverContext, FlagCatalog.builtIn().with(config.flags()), loss, FlagPollingOptions.defaults());
        Operations operations = Operations.start(closer, serverContext, flags, config.webhooks());
        flags.lostState().announce(serverContext.audit());
        Workers workers = Workers.prepare(closer, serverContext, config.workers());
        Rollback rollback = Rollback.prepare(closer, serverContext, flags, workers, config.monitor(), config.signals());
        run.setEnd(rollback.monitor()::recordAtTheEnd);
        Upgrades upgrades = Upgrades.prepare(closer, serverContext, flags, workers, rollback, config.upgrade());
        serverContext
                .database()
                .deferredWrites()
                .catchUp(); // all who write deferred records are there, no worker and no transport is
        return new Modules(serverContext, flags, operations, workers, rollback, upgrades);
    }

    /**
     * Starts the workers, then the watch over them, then goes on with an upgrade that was under way.
     *
     * @param afterCrash whether the server before this one did not end by itself: its processes may be there still
     */
    public void begin(boolean afterCrash) {
        workers.manager().start(afterCrash);
        rollback.monitor().start();
        upgrades.manager().start(afterCrash);
    }
}
