package io.weathervane.app;

import io.weathervane.config.ConfigException;
import io.weathervane.config.ServiceConfig;
import io.weathervane.contract.ContractFileException;
import io.weathervane.contract.enforcement.ContractInForce;
import io.weathervane.core.ServerContext;
import io.weathervane.observation.SnapshotRowScope;
import io.weathervane.tool.presentation.MonitorSnapshotSource;
import io.weathervane.tool.presentation.ServiceStates;
import io.weathervane.tool.presentation.ShownWorkers;
import io.weathervane.upgrade.ComparisonSources;
import io.weathervane.upgrade.UpgradeDependencies;
import io.weathervane.util.Closer;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerStatusFile;
import java.util.Optional;

/**
 * One of the services behind a server: its workers, the watch over them, and their upgrades.
 *
 * @param serverContext the server's, whose audit is the service's own where there are several
 * @param contract what its tools are held against
 */
record Service(
        ServerContext serverContext,
        Workers workers,
        Rollback rollback,
        ContractInForce contract,
        Upgrades upgrades,
        Lifetime lifetime)
        implements AutoCloseable {
    /**
     * The server that a service is in.
     *
     * @param context the server's, or the service's own where there are several
     * @param file that shows its workers
     * @param rows of {@code operations_snapshots} that are about it
     * @param several whether there are other services
     */
    record Surroundings(
            ServerContext context, Flags flags, WorkerStatusFile file, SnapshotRowScope rows, boolean several) {}

    /**
     * The beginning and the end of a service.
     *
     * @param parts all that ends with it, last first
     */
    record Lifetime(WorkerStartup startup, Closer parts) {}

    /** Prepares it; no child process is started before {@link #begin}. */
    static Service prepare(Surroundings around, ServiceConfig config) {
        Closer parts = new Closer();
        try {
            ServerContext context = around.context();
            Workers workers = Workers.prepare(parts, context, config.workers(), around.file());
            Rollback rollback = Rollback.prepare(parts, context, around.flags(), workers, config, around.rows());
            ContractInForce contract = parts.register(new ContractInForce(context, workers.manager()));
            prepare(contract, workers, config).run();
            Upgrades upgrades = Upgrades.prepare(
                    parts,
                    new UpgradeDependencies(
                            context,
                            around.flags().live(),
                            workers.manager(),
                            rollback.monitor(),
                            new ComparisonSources(workers.recentCalls(), contract),
                            config.upgrade()));
            WorkerStartup startup = WorkerStartup.of(context, workers, config, around.several());
            parts.register(startup.follow(context.events()));
            return new Service(context, workers, rollback, contract, upgrades, new Lifetime(startup, parts));
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Runnable prepare(ContractInForce contract, Workers workers, ServiceConfig config) {
        try {
            return contract.prepare(config.contract());
        } catch (ContractFileException e) {
            throw new ConfigException(
                    "contract of the service " + workers.manager().service() + ": " + e.reason(), e);
        }
    }

    /** Where the state of all services is read. */
    static ServiceStates states(Modules modules) {
        PerService<ServiceStates.State> states = modules.services().each(service -> service.state(modules));
        return new ServiceStates(states::byName);
    }

    private ServiceStates.State state(Modules modules) {
        return new ServiceStates.State(monitorSnapshots(modules), shownWorkers(), upgrades.manager());
    }

    /** What {@code monitor_status} shows of this service. */
    MonitorSnapshotSource monitorSnapshots(Modules modules) {
        return new MonitorSnapshotSource(
                rollback.monitor(),
                modules.flags().live(),
                modules.flags().readers(),
                shownWorkers(),
                modules.operations().alerts(),
                modules.blocks());
    }

    /** What its workers are shown with. */
    ShownWorkers shownWorkers() {
        return new ShownWorkers(workers.manager(), contract);
    }

    /** Why a tool of its workers is not called now, by the contract; empty when it is. */
    Optional<String> refusal(String tool, Optional<String> worker) {
        return contract.now().flatMap(known -> known.refusal(tool, worker));
    }

    /**
     * Checks the service's part of a configuration that was read again; what is returned puts it in force and cannot fail.
     *
     * @throws io.weathervane.policy.InvalidThresholdException when a threshold is out of range
     * @throws ConfigException when there is no contract in its file
     */
    Runnable prepare(ServiceConfig config) {
        Runnable promised = prepare(contract, workers, config);
        Runnable monitor = rollback.monitor()
                .prepare(config.monitor(), config.workers().policy().toolErrors());
        return () -> {
            workers.manager().configure(config.workers());
            upgrades.manager().configure(config.upgrade());
            rollback.signals().replace(config.signals());
            monitor.run();
            promised.run();
        };
    }

    /** As in the configuration. */
    ServiceName name() {
        return workers.manager().service();
    }

    /** Its start, which calls that need its workers wait for. */
    WorkerStartup startup() {
        return lifetime.startup();
    }

    /**
     * Starts the workers, then the watch over them, then goes on with an upgrade that was under way.
     *
     * @param afterCrash whether the server before this one did not end by itself: its processes may be there still
     */
    void begin(boolean afterCrash) {
        workers.manager().start(afterCrash);
        rollback.monitor().start();
        upgrades.manager().start(afterCrash);
    }

    /** Ends the workers and all that is about them. */
    @Override
    public void close() {
        lifetime.parts().close();
    }
}
