package io.weathervane.config;

import io.weathervane.contract.ContractConfig;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.tool.AccessRule;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerTimeouts;
import io.weathervane.worker.WorkersConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads {@code workers} and {@code services}: the services behind the server. {@code workers} is the service {@code default};
 * it is there when it is configured, when the command line gives a release, and when there is no other.
 */
final class ServicesReader {
    /** Most services of a server. */
    static final int SERVICES_MAX = 100;

    private final Function<Optional<CommandLineRelease>, ReleaseReader> releases;
    private final CliOverrides overrides;
    private final MonitorReader monitors;
    private final ContractReader contracts;

    /** Settings of every service that has none of its own. */
    private record Usual(MonitorConfig monitor, UpgradeConfig upgrade) {}

    /** @param releases reads a service's releases, with the one of the command line if it is of this service */
    ServicesReader(
            Function<Optional<CommandLineRelease>, ReleaseReader> releases,
            CliOverrides overrides,
            MonitorReader monitors,
            ContractReader contracts) {
        this.releases = releases;
        this.overrides = overrides;
        this.monitors = monitors;
        this.contracts = contracts;
    }

    /**
     * The services in their order, the default one first, those of a client's file last; each without signals.
     *
     * @param environment has what a client's file refers to
     * @param notes takes what is left out
     */
    List<ServiceConfig> readAll(Section section, Map<String, String> environment, List<String> notes) {
        Usual usual = new Usual(
                section.section("monitor", monitors::read).orElseGet(monitors::withoutSection),
                section.section("upgrade", UpgradeReader::read).orElseGet(UpgradeConfig::defaults));
        Map<String, WorkerRelease> clients = overrides
                .mcpConfig()
                .map(file -> ClientServices.read(file, environment, overrides, notes))
                .orElseGet(Map::of);
        if (section.isEmpty("services")) {
            throw section.problem("services", "has no service in it: name one, or remove the key");
        }
        boolean several = section.has("services") || !clients.isEmpty();
        boolean hasDefault =
                !several || section.has("workers") || overrides.release().isPresent();
        int count = section.sizeOf("services") + clients.size() + (hasDefault ? 1 : 0);
        if (count > SERVICES_MAX) {
            throw section.problem("services", "has too many services: with the default one at most " + SERVICES_MAX);
        }
        List<ServiceConfig> services = new ArrayList<>();
        if (hasDefault) {
            services.add(defaultService(section, prefix(ServiceName.DEFAULT, count), usual));
        }
        services.addAll(section.named("services", (name, one) -> read(name, one, count, usual))
                .values());
        clients.forEach((name, release) -> {
            if (services.stream().anyMatch(service -> service.name().value().equals(name))) {
                throw section.problem(
                        "services", "has " + name + ", as the file of --mcp-config has: rename or remove one of them");
            }
            services.add(ofClient(new ServiceName(name), release, prefix(new ServiceName(name), count), usual));
        });
        if (services.isEmpty()) {
            services.add(defaultService(section, "", usual));
        }
        refuseSameNames(section, services);
        return services;
    }

    /** None for an only service. */
    private static String prefix(ServiceName service, int services) {
        return services > 1 ? service.value() + "_" : "";
    }

    private ServiceConfig defaultService(Section section, String prefix, Usual usual) {
        WorkersReader reader = workers(ServiceName.DEFAULT, overrides.release());
        return section.section(
                        "workers",
                        workers -> service(
                                reader.read(workers, prefix),
                                usual,
                                AccessReader.readAll(workers),
                                contracts.read(workers)))
                .orElseGet(() -> service(reader.withoutSection(prefix), usual, List.of(), Optional.empty()));
    }

    private ServiceConfig read(String name, Section section, int services, Usual usual) {
        if (name.equals(ServiceName.DEFAULT.value())) {
            throw section.refused("is no name for a service: default is the one that the section workers configures;"
                    + " give this one another name, or move it there");
        }
        if (!ServiceName.isValid(name)) {
            throw section.refused("is no name for a service: allowed are " + ServiceName.ALLOWED);
        }
        ServiceName service = new ServiceName(name);
        MonitorConfig monitor = section.section("monitor", monitors::read).orElse(usual.monitor());
        UpgradeConfig upgrade = section.section("upgrade", UpgradeReader::read).orElse(usual.upgrade());
        WorkersConfig workers = workers(service, Optional.empty()).read(section, prefix(service, services));
        if (workers.releases().isEmpty()) {
            throw section.missing("releases", "a service needs at least one release");
        }
        return service(workers, new Usual(monitor, upgrade), AccessReader.readAll(section), contracts.read(section));
    }

    /** Runs what the client's file says until a promotion, as a command of the command line does. */
    private ServiceConfig ofClient(ServiceName service, WorkerRelease release, String prefix, Usual usual) {
        WorkersConfig defaults = workers(service, Optional.empty()).withoutSection(prefix);
        WorkerTimeouts timeouts = defaults.policy().timeouts();
        WorkersConfig workers = new WorkersConfig(
                service,
                Map.of(release.label(), release),
                new WorkersConfig.InitialRelease(Optional.of(release.label()), /* isCommand= */ true),
                defaults.policy()
                        .with(
                                new WorkerTimeouts(
                                        timeouts.drainTimeout(),
                                        WorkersReader.COMMAND_START_TIMEOUT,
                                        timeouts.stopTimeout(),
                                        timeouts.replacementWait(),
                                        timeouts.standbyRetention()),
                                defaults.policy().restart()),
                defaults.toolPrefix(),
                defaults.startWait());
        return service(workers, usual, List.of(), Optional.empty());
    }

    private WorkersReader workers(ServiceName service, Optional<CommandLineRelease> command) {
        return new WorkersReader(service, releases.apply(command), command, overrides);
    }

    private static ServiceConfig service(
            WorkersConfig workers, Usual usual, List<AccessRule> access, Optional<ContractConfig> contract) {
        return new ServiceConfig(
                workers,
                usual.monitor().with(usual.upgrade().watchProbes()),
                usual.upgrade(),
                List.of(),
                access,
                contract);
    }

    /** Tools of two services under one prefix would hide each other; so would those of one name that releases declare. */
    private static void refuseSameNames(Section section, List<ServiceConfig> services) {
        Map<String, ServiceName> byPrefix = new HashMap<>();
        for (ServiceConfig service : services) {
            String prefix = service.workers().toolPrefix();
            ServiceName other = byPrefix.putIfAbsent(prefix, service.name());
            if (other != null) {
                throw section.problem(
                        "services",
                        "has two services whose tools begin with \"" + prefix + "\", " + other + " and "
                                + service.name() + ": give each its own toolPrefix");
            }
        }
        refuseSameTools(section, services);
    }

    private static void refuseSameTools(Section section, List<ServiceConfig> services) {
        Map<String, ServiceName> byTool = new HashMap<>();
        for (ServiceConfig service : services) {
            service.workers().releases().values().stream()
                    .flatMap(release -> release.tools().stream())
                    .map(tool -> service.workers().toolPrefix() + tool.name())
                    .filter(tool ->
                            !byTool.computeIfAbsent(tool, any -> service.name()).equals(service.name()))
                    .findFirst()
                    .ifPresent(tool -> {
                        throw section.problem(
                                "services",
                                "has two services with a tool that clients would see as \"" + tool + "\", "
                                        + byTool.get(tool) + " and " + service.name()
                                        + ": give one of them another toolPrefix");
                    });
        }
    }
}
