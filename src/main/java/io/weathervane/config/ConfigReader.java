package io.weathervane.config;

import io.weathervane.alert.WebhookSinkConfig;
import io.weathervane.block.KillSwitchBlocks;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.signal.SignalConfig;
import io.weathervane.tool.AccessRule;
import io.weathervane.tool.AccessRules;
import io.weathervane.util.Workspace;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkersConfig;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the configuration: command line over environment over file over defaults. Refuses what it does not understand. */
public final class ConfigReader {
    private final Path file;
    private final Path base;
    private final Path workspace;
    private final Map<String, String> environment;
    private final CliOverrides overrides;
    private WatchedFiles files;

    private ConfigReader(Workspace workspace, Map<String, String> environment, CliOverrides overrides) {
        this.file = overrides
                .config()
                .orElse(workspace.defaultConfig())
                .toAbsolutePath()
                .normalize();
        this.base = Optional.ofNullable(file.getParent()).orElse(file);
        this.workspace = workspace.root();
        this.environment = Map.copyOf(environment);
        this.overrides = overrides;
        this.files = new WatchedFiles(List.of(), List.of());
    }

    /**
     * Reads the file named on the command line, else the workspace's, which need not exist.
     *
     * @param environment the process's variables: thresholds, the secrets of webhooks
     * @throws ConfigException with a sentence for the operator who wrote the configuration
     */
    public static Config read(Workspace workspace, Map<String, String> environment, CliOverrides overrides) {
        ConfigReader reader = new ConfigReader(workspace, environment, overrides);
        return reader.read(reader.document());
    }

    /** As {@link #read}, and says all that is wrong as far as it can be told at a time. */
    public static ConfigCheck check(Workspace workspace, Map<String, String> environment, CliOverrides overrides) {
        ConfigReader reader = new ConfigReader(workspace, environment, overrides);
        return ConfigCheck.of(reader.file, reader::document, reader::read);
    }

    /**
     * Reads a configuration again, as {@link #check}, for the server that goes by it: its kind of environment stays. A file
     * that is gone or has been emptied is refused: an editor or a copy may be about to write it, and without it a server
     * would lose its releases.
     */
    public static ConfigCheck checkAgain(Workspace workspace, Map<String, String> environment, Config inForce) {
        CliOverrides same = inForce.source()
                .origin()
                .overrides()
                .withEnvironment(inForce.environment().wireName());
        ConfigReader reader = new ConfigReader(workspace, environment, same);
        return ConfigCheck.of(reader.file, () -> reader.documentAgain(inForce), reader::read);
    }

    private YamlDocument documentAgain(Config inForce) {
        YamlDocument document = document();
        if (inForce.file().isPresent() && document.isAbsent()) {
            throw new ConfigException("the configuration " + file + " is gone");
        }
        if (!inForce.tree().isEmpty() && document.root().isEmpty()) {
            throw new ConfigException("the configuration " + file
                    + " has nothing in it any more; to have a server without releases, stop it first");
        }
        return document;
    }

    private YamlDocument document() {
        files = WatchedFiles.of(
                Stream.concat(Stream.of(file), overrides.mcpConfig().stream()).toList());
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return YamlDocument.read(file);
        }
        if (overrides.config().isPresent()) {
            throw new ConfigException("the configuration " + file + " (--config) does not exist");
        }
        return YamlDocument.absent();
    }

    private Config read(YamlDocument document) {
        Optional<Path> found = document.isAbsent() ? Optional.empty() : Optional.of(file);
        return Section.read(document, section -> config(section, found, new ConfigTree(document.root())));
    }

    private Config config(Section section, Optional<Path> found, ConfigTree tree) {
        EnvironmentThresholds variables = new EnvironmentThresholds(environment);
        PolicyOverrides thresholds = variables.read();
        EnvironmentPreset preset = preset(section);
        ServerReader servers = new ServerReader(base, overrides);
        ServerConfig server = section.section("server", servers::read).orElseGet(servers::withoutSection);
        OfferedOperations operations = new OperationsReader(overrides).read(section);
        MonitorReader monitors = new MonitorReader(preset.policy(), thresholds);
        List<String> notes = new ArrayList<>(variables.warnings());
        List<ServiceConfig> configured = new ServicesReader(
                        command -> new ReleaseReader(base, workspace, command, environment),
                        overrides,
                        monitors,
                        new ContractReader(base))
                .readAll(section, environment, notes);
        List<FlagDefinition> flags = FlagDefinitionReader.readAll(section);
        AlertReader alerts = new AlertReader(environment);
        List<WebhookSinkConfig> webhooks =
                section.section("alerts", alerts::read).orElse(List.of());
        Set<String> secrets = new HashSet<>(alerts.secretVariables());
        configured.forEach(service -> secrets.addAll(service.workers().secretVariables()));
        List<SignalConfig> signals = section.has("signals") ? signals(section, server, configured, secrets) : List.of();
        return new Config(
                new Config.Source(
                        preset, found, warnings(notes, configured), tree, new Config.Origin(overrides, files)),
                server,
                new CallersConfig(operations, access(section, configured), killSwitchBlocks(section)),
                flags,
                webhooks,
                configured.stream()
                        .map(service -> complete(service, signals, secrets))
                        .toList());
    }

    private static KillSwitchBlocks killSwitchBlocks(Section section) {
        return section.section(
                        "killSwitch",
                        killSwitch -> killSwitch
                                .oneOf("blocks", KillSwitchBlocks.byName())
                                .orElse(KillSwitchBlocks.NONE))
                .orElse(KillSwitchBlocks.NONE);
    }

    private static AccessRules access(Section section, List<ServiceConfig> services) {
        Map<String, List<AccessRule>> ofServices = new HashMap<>();
        for (ServiceConfig service : services) {
            if (!service.access().isEmpty()) {
                ofServices.put(service.name().value(), service.access());
            }
        }
        if (services.size() == 1 && !ofServices.isEmpty()) {
            ofServices.put("", services.get(0).access());
        }
        return new AccessRules(AccessReader.readAll(section), ofServices);
    }

    private static List<String> warnings(List<String> notes, List<ServiceConfig> services) {
        List<String> warnings = new ArrayList<>(notes);
        for (ServiceConfig service : services) {
            for (WorkerRelease release : service.workers().releases().values()) {
                if (release.server() instanceof RemoteSpec remote) {
                    RemoteSpecReader.warning(release.label(), remote).ifPresent(warnings::add);
                }
            }
        }
        return warnings;
    }

    private static ServiceConfig complete(ServiceConfig service, List<SignalConfig> signals, Set<String> secrets) {
        WorkersConfig workers = service.workers().withholding(secrets);
        return new ServiceConfig(
                workers,
                service.monitor(),
                service.upgrade().withReleases(workers.releases()),
                signals.stream()
                        .filter(signal -> signal.service().equals(service.name()))
                        .toList(),
                service.access(),
                service.contract());
    }

    private List<SignalConfig> signals(
            Section section, ServerConfig server, List<ServiceConfig> services, Set<String> secrets) {
        SignalReader reader = new SignalReader(
                environment,
                server.access().auth().isConfigured(),
                services.stream().map(ServiceConfig::name).toList());
        List<SignalConfig> signals = reader.readAll(section);
        secrets.addAll(reader.secretVariables());
        return signals;
    }

    private EnvironmentPreset preset(Section section) {
        Optional<EnvironmentPreset> fromFile = section.oneOf("environment", EnvironmentPreset.byName());
        return overrides
                .environment()
                .map(ConfigReader::preset)
                .or(() -> fromFile)
                .orElse(EnvironmentPreset.DEFAULT);
    }

    private static EnvironmentPreset preset(String name) {
        Map<String, EnvironmentPreset> presets = EnvironmentPreset.byName();
        return Optional.ofNullable(presets.get(name))
                .orElseThrow(() -> new ConfigException("--environment must be one of "
                        + String.join(", ", presets.keySet()) + ", was \"" + name + "\""
                        + Section.meant(name, presets.keySet())));
    }
}
