package io.weathervane.app;

import io.weathervane.config.Config;
import io.weathervane.config.ConfigException;
import io.weathervane.config.ServiceConfig;
import io.weathervane.core.ServerContext;
import io.weathervane.observation.SnapshotRowScope;
import io.weathervane.util.Threads;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerStatusFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The services behind a server, in the order of the configuration. Where there are several, they come and go with it while the
 * server runs: {@link #prepare}. An only service stays: with another one its tools would have other names, and its records would
 * have to name it.
 */
final class Services implements AutoCloseable {
    /** Services that end at the same time: each waits for its own threads, and all write to one database. */
    private static final int ENDS_AT_ONCE_MAX = 16;

    private final ServerContext server;
    private final Flags flags;
    private final WorkerStatusFile file;
    private final boolean several;
    private final Map<ServiceName, LeavingService> leaving = new ConcurrentHashMap<>();
    private final List<Consumer<Service>> followers = new CopyOnWriteArrayList<>();
    private volatile List<Service> all = List.of();
    private volatile List<String> names;

    private Services(ServerContext server, Flags flags, Config config) {
        this.server = server;
        this.flags = flags;
        this.file = Workers.statusFile(server);
        this.several = config.hasSeveralServices();
        this.names = names(config);
    }

    /** Prepares them; no child process is started before {@link Service#begin}. */
    static Services prepare(ServerContext server, Flags flags, Config config) {
        Services services = new Services(server, flags, config);
        services.replace(services.prepare(config));
        return services;
    }

    /** At least one; the same list as long as none comes or goes. */
    List<Service> all() {
        return all;
    }

    /** Those that are ending while the server goes on. */
    List<Service> ending() {
        return leaving.values().stream().map(LeavingService::service).toList();
    }

    /** The first one, which the runbook's files and rows speak of. */
    Service first() {
        return all.get(0);
    }

    /** Whether there are several, which does not change while the server runs. */
    boolean areSeveral() {
        return several;
    }

    /** What this makes for each of them. */
    <T> PerService<T> each(Function<Service, T> make) {
        return new PerService<>(this::all, make);
    }

    /** Has this called for each service that there is, and for each one that comes. */
    void follow(Consumer<Service> follower) {
        followers.add(follower);
        all.forEach(follower);
    }

    /** Whether those of this configuration can take the place of these while the server runs. */
    boolean canBecome(Config after) {
        return several && after.hasSeveralServices();
    }

    /** Why they cannot yet, a sentence each; it passes by itself. */
    List<String> obstacles(Config after) {
        if (!canBecome(after)) {
            return List.of();
        }
        Stream<String> ending = after.services().stream()
                .map(ServiceConfig::name)
                .filter(leaving::containsKey)
                .map(name -> "service " + name
                        + " was removed and has not ended yet, which takes no longer than its calls do");
        Stream<String> upgrading = all.stream()
                .filter(service -> after.service(service.name()).isEmpty()
                        && service.upgrades().manager().isUnderWay())
                .map(service -> "service " + service.name()
                        + " cannot be removed while its upgrade is under way: upgrade_abort ends it");
        return Stream.concat(ending, upgrading)
                .map(why -> why + "; the file is read again by itself then")
                .toList();
    }

    /**
     * Prepares the services of this configuration that there are not yet; nothing has changed before {@link #replace}.
     *
     * @param config without {@link #obstacles}
     * @throws ConfigException when there is no contract in the file of one
     */
    ServicesChange prepare(Config config) {
        List<Service> now = new ArrayList<>();
        List<Service> added = new ArrayList<>();
        try {
            for (ServiceConfig service : config.services()) {
                Optional<Service> there = named(service.name());
                if (there.isEmpty()) {
                    added.add(prepare(service));
                }
                now.add(there.orElseGet(() -> added.get(added.size() - 1)));
            }
        } catch (RuntimeException e) {
            discard(added);
            throw e;
        }
        return new ServicesChange(
                now,
                added,
                all.stream().filter(service -> !now.contains(service)).toList());
    }

    private Service prepare(ServiceConfig config) {
        ServiceName name = config.name();
        SnapshotRowScope rows =
                several ? SnapshotRowScope.ofService(name.value(), this::names) : SnapshotRowScope.everyRow();
        ServerContext context = several ? server.ofService(name.value()) : server;
        try {
            return Service.prepare(new Service.Surroundings(context, flags, file, rows, several), config);
        } catch (RuntimeException e) {
            file.remove(name);
            throw e;
        }
    }

    private Optional<Service> named(ServiceName name) {
        return all.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    /** In the order of the configuration; while the server is prepared, of those that there will be. */
    List<String> names() {
        return names;
    }

    private static List<String> names(Config config) {
        return config.services().stream().map(service -> service.name().value()).toList();
    }

    /** Takes back what was prepared. */
    void discard(ServicesChange change) {
        discard(change.added());
    }

    private void discard(List<Service> prepared) {
        end(prepared);
        prepared.forEach(service -> file.remove(service.name()));
    }

    /** Has the services of this change from now on: calls reach those that have come once they have begun, and no call one that has gone. */
    void replace(ServicesChange change) {
        all = change.all();
        names = all.stream().map(service -> service.name().value()).toList();
        file.order(all.stream().map(Service::name).toList());
        change.added().forEach(service -> followers.forEach(follower -> follower.accept(service)));
        change.removed().forEach(service -> {
            LeavingService gone = new LeavingService(service, () -> {
                leaving.remove(service.name());
                file.remove(service.name());
            });
            leaving.put(service.name(), gone);
            gone.begin();
        });
    }

    @Override
    public void close() {
        leaving.values().forEach(LeavingService::await);
        end(all);
    }

    private static void end(List<Service> services) {
        Threads.forEach("end-service", services, ENDS_AT_ONCE_MAX, Service::close);
    }

    /** Those there are and those that are ending: all that may have child processes. */
    List<Service> withEnding() {
        return Stream.concat(all.stream(), ending().stream()).toList();
    }
}
