package io.weathervane.app;

import io.weathervane.config.Config;
import io.weathervane.config.ServiceConfig;
import io.weathervane.core.ServerContext;
import io.weathervane.observation.SnapshotRowScope;
import io.weathervane.util.Threads;
import io.weathervane.worker.WorkerStatusFile;
import java.util.ArrayList;
import java.util.List;

/** The services behind a server, in the order of the configuration. */
final class Services implements AutoCloseable {
    /** Services that end at the same time: each waits for its own threads, and all write to one database. */
    private static final int ENDS_AT_ONCE_MAX = 16;

    private final List<Service> all = new ArrayList<>();

    /** Prepares them; no child process is started before {@link Service#begin}. */
    static Services prepare(ServerContext server, Flags flags, Config config) {
        Services services = new Services();
        try {
            services.addAll(server, flags, config);
            return services;
        } catch (RuntimeException e) {
            services.close();
            throw e;
        }
    }

    private void addAll(ServerContext server, Flags flags, Config config) {
        WorkerStatusFile file = Workers.statusFile(server);
        boolean several = config.services().size() > 1;
        List<String> names =
                config.services().stream().map(one -> one.name().value()).toList();
        for (ServiceConfig service : config.services()) {
            String name = service.name().value();
            SnapshotRowScope rows = several ? SnapshotRowScope.ofService(name, names) : SnapshotRowScope.everyRow();
            ServerContext context = several ? server.ofService(name) : server;
            all.add(Service.prepare(context, flags, file, rows, service));
        }
    }

    /** At least one. */
    List<Service> all() {
        return List.copyOf(all);
    }

    @Override
    public void close() {
        Threads.forEach("end-service", all, ENDS_AT_ONCE_MAX, Service::close);
    }
}
