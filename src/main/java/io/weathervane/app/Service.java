package io.weathervane.app;

import io.weathervane.config.Config;
import io.weathervane.config.ConfigException;
import io.weathervane.config.ServiceConfig;
import io.weathervane.contract.ContractConfig;
import io.weathervane.contract.ContractFileException;
import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.core.ServerContext;
import io.weathervane.observation.SnapshotRowScope;
import io.weathervane.tool.presentation.MonitorSnapshotSource;
import io.weathervane.tool.presentation.ServiceStates;
import io.weathervane.tool.presentation.ShownWorkers;
import io.weathervane.util.Closer;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerStatusFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the services behind a server: its workers, the watch over them, and their upgrades.
 *
 * @param serverContext the server's, whose audit is the service's own where there are several
 * @param contract what its tools are held against; empty when the configuration has none
 */
record Service(
        ServerContext serverContext,
        Workers workers,
        Rollback rollback,
        Optional<ServiceContract> contract,
        Upgrades upgrades) {
    /** The services in the order of the configuration; no child process is started before {@link #begin}. */
    static List<Service> prepareAll(Closer closer, ServerContext serverContext, Flags flags, Config config) {
        WorkerStatusFile file = Workers.statusFile(serverContext);
        boolean several = config.services().size() > 1;
        List<String> names =
                config.services().stream().map(one -> one.name().value()).toList();
        List<Service> services = new ArrayList<>();
        for (ServiceConfig service : config.services()) {
            String name = service.name().value();
            SnapshotRowScope rows = several ? SnapshotRowScope.ofService(name, names) : SnapshotRowScope.everyRow();
            ServerContext context = several ? serverContext.ofService(name) : serverContext;
            Workers workers = Workers.prepare(closer, context, service.workers(), file);
            Rollback rollback = Rollback.prepare(closer, context, flags, workers, service, rows);
            Optional<ServiceContract> contract =
                    service.contract().map(promised -> contract(closer, context, workers, promised));
            Upgrades upgrades =
                    Upgrades.prepare(closer, context, flags, workers, rollback, contract, service.upgrade());
            services.add(new Service(context, workers, rollback, contract, upgrades));
        }
        return List.copyOf(services);
    }

    private static ServiceContract contract(
            Closer closer, ServerContext context, Workers workers, ContractConfig config) {
        try {
            return closer.register(ServiceContract.start(context, workers.manager(), config));
        } catch (ContractFileException e) {
            throw new ConfigException(
                    "contract of the service " + workers.manager().service() + ": " + e.reason(), e);
        }
    }

    /** Where the state of all of these is read. */
    static ServiceStates states(Modules modules) {
        Map<String, ServiceStates.State> states = new LinkedHashMap<>();
        modules.services()
                .forEach(service -> states.put(
                        service.name().value(),
                        new ServiceStates.State(
                                service.monitorSnapshots(modules),
                                service.shownWorkers(),
                                service.upgrades.manager())));
        return new ServiceStates(states);
    }

    /** What {@code monitor_status} shows of this service. */
    MonitorSnapshotSource monitorSnapshots(Modules modules) {
        return new MonitorSnapshotSource(
                rollback.monitor(),
                modules.flags().live(),
                shownWorkers(),
                modules.operations().alerts(),
                modules.blocks());
    }

    /** What its workers are shown with. */
    ShownWorkers shownWorkers() {
        return new ShownWorkers(workers.manager(), contract);
    }

    /** Why a tool of its workers is not called now, by the contract; empty when it is. */
    Optional<String> refusal(String tool) {
        return contract.flatMap(known -> known.refusal(tool));
    }

    /**
     * Checks the service's part of a configuration that was read again; what is returned puts it in force and cannot fail.
     *
     * @throws io.weathervane.policy.InvalidThresholdException when a threshold is out of range
     */
    Runnable prepare(ServiceConfig config) {
        Runnable monitor = rollback.monitor()
                .prepare(config.monitor(), config.workers().policy().toolErrors());
        return () -> {
            workers.manager().configure(config.workers());
            upgrades.manager().configure(config.upgrade());
            rollback.signals().replace(config.signals());
            monitor.run();
        };
    }

    /** As in the configuration. */
    ServiceName name() {
        return workers.manager().service();
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
}
