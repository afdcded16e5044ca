package io.weathervane.config;

import io.weathervane.alert.WebhookSinkConfig;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.worker.ServiceName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration, in the records of the domains that it is for.
 *
 * @param callers what they are offered, and what they may call
 * @param flags those of the team, beside the server's own
 * @param webhooks the receivers of alerts
 * @param services at least one; the runbook's files and rows speak of the first
 */
public record Config(
        Source source,
        ServerConfig server,
        CallersConfig callers,
        List<FlagDefinition> flags,
        List<WebhookSinkConfig> webhooks,
        List<ServiceConfig> services) {
    /**
     * Origin of the configuration.
     *
     * @param environment the kind of environment that it is for
     * @param file where it was read from; empty when there is none and everything is at its default
     * @param warnings what looks like a mistake and is no reason to refuse it, a sentence each
     * @param tree what the file says
     * @param origin what it can be read again by
     */
    public record Source(
            EnvironmentPreset environment, Optional<Path> file, List<String> warnings, ConfigTree tree, Origin origin) {
        public Source {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The command line and the files that a configuration is read by.
     *
     * @param files those that it is read from, whether or not they are there
     */
    public record Origin(CliOverrides overrides, WatchedFiles files) {}

    public Config {
        flags = List.copyOf(flags);
        webhooks = List.copyOf(webhooks);
        services = List.copyOf(services);
    }

    /** Which of the server's own tools callers are offered. */
    public OfferedOperations operations() {
        return callers.operations();
    }

    public EnvironmentPreset environment() {
        return source.environment();
    }

    public Optional<Path> file() {
        return source.file();
    }

    ConfigTree tree() {
        return source.tree();
    }

    /** The files that it was read from, as they were then. */
    public WatchedFiles files() {
        return source.origin().files();
    }

    public List<String> warnings() {
        return source.warnings();
    }

    /** The server's own flags and those of the team. */
    public FlagCatalog flagCatalog() {
        return FlagCatalog.builtIn().with(flags);
    }

    /** Greatest length of a message of a worker, of whichever service: in bytes. */
    public int messageBytes() {
        return services.stream()
                .mapToInt(service -> service.workers().policy().messageBytes())
                .max()
                .orElseThrow();
    }

    /** Whether the services have names that clients and records see. */
    public boolean hasSeveralServices() {
        return services.size() > 1;
    }

    /** This configuration with the services that the other one has; one that both have is as it is here. */
    public Config withServicesOf(Config other) {
        List<ServiceConfig> mixed = other.services.stream()
                .map(theirs -> service(theirs.name()).orElse(theirs))
                .toList();
        boolean sameDefault = service(ServiceName.DEFAULT).isPresent()
                == other.service(ServiceName.DEFAULT).isPresent();
        ConfigTree tree = source.tree().withServicesOf(other.source.tree(), sameDefault);
        return new Config(
                new Source(source.environment(), source.file(), source.warnings(), tree, source.origin()),
                server,
                callers,
                flags,
                webhooks,
                mixed);
    }

    /** The service of this name. */
    public Optional<ServiceConfig> service(ServiceName name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    /** The first service. */
    public ServiceConfig first() {
        return services.get(0);
    }
}
