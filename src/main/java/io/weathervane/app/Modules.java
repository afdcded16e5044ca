package io.weathervane.app;

import io.weathervane.audit.AuditFileSynchronizer;
import io.weathervane.audit.StateLoss;
import io.weathervane.audit.StateLossCheck;
import io.weathervane.config.Config;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.util.Closer;
import java.util.Optional;

/** The modules of a server, each with those before it, in the order they are built. Production and tests start the same. */
record Modules(
        ServerContext core, Flags flags, Operations operations, Workers workers, Rollback rollback, Upgrades upgrades) {
    /**
     * Builds them; no child process is started before {@link #begin}.
     *
     * @param closer ends them, last first
     */
    public static Modules prepare(Closer closer, ServerContext core, Config config) {
        Optional<StateLoss> loss = StateLossCheck.run(
                core.audit(), core.database(), core.workspace().analytics());
        closer.register(AuditFileSynchronizer.start(
                core.audit(), core.database(), core.workspace().analytics()));
        ServerRunRecorder run = closer.register(ServerRunRecorder.begin(core.audit()));
        Flags flags = Flags.start(closer, core, FlagCatalog.builtIn().with(config.flags()), loss);
        Operations operations = Operations.start(closer, core, flags, config.webhooks());
        flags.lostState().announce(core.audit());
        Workers workers = Workers.prepare(closer, core, config.workers());
        Rollback rollback = Rollback.prepare(closer, core, flags, workers, config.monitor(), config.signals());
        run.endsWith(rollback.monitor()::recordAtTheEnd);
        Upgrades upgrades = Upgrades.prepare(closer, core, flags, workers, rollback, config.upgrade());
        core.database()
                .deferredWrites()
                .catchUp(); // all who write deferred records are there, no worker and no transport is
        return new Modules(core, flags, operations, workers, rollback, upgrades);
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
