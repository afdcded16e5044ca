package io.weathervane.config;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Reads the configuration: command line over environment over file over defaults. Refuses what it does not understand. */
public final class ConfigReader {
    private final Path base;
    private final Map<String, String> environment;
    private final CliOverrides overrides;

    private ConfigReader(Path base, Map<String, String> environment, CliOverrides overrides) {
        this.base = base;
        this.environment = environment;
        this.overrides = overrides;
    }

    /**
     * Reads the file named on the command line, else the default one, which need not exist.
     *
     * @throws ConfigException with a sentence for the operator who wrote the configuration
     */
    public static Config read(Path defaultFile, Map<String, String> environment, CliOverrides overrides) {
        Path file = overrides.config().orElse(defaultFile).toAbsolutePath().normalize();
        if (overrides.config().isPresent() && Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigException("the configuration " + file + " (--config) does not exist");
        }
        Optional<Path> found = Files.notExists(file, LinkOption.NOFOLLOW_LINKS) ? Optional.empty() : Optional.of(file);
        YamlDocument document = found.map(YamlDocument::read).orElseGet(YamlDocument::absent);
        Path base = Optional.ofNullable(file.getParent()).orElse(file);
        ConfigReader reader = new ConfigReader(base, Map.copyOf(environment), overrides);
        return Section.read(document, section -> reader.config(section, found));
    }

    private Config config(Section section, Optional<Path> file) {
        EnvironmentThresholds variables = new EnvironmentThresholds(environment);
        MonitorThresholds thresholds = variables.read();
        return new Config(
                preset(section),
                server(section),
                section.section("monitor", monitor -> MonitorSettings.from(monitor, thresholds))
                        .orElseGet(() ->
                                new MonitorSettings(MonitorSettings.Mode.ACT, MonitorThresholds.none(), thresholds)),
                section.section("workers", workers -> WorkerSettings.from(workers, base, overrides))
                        .orElseGet(() -> WorkerSettings.defaults(overrides)),
                section.section("upgrade", UpgradeSettings::from).orElseGet(UpgradeSettings::defaults),
                FlagReader.readAll(section),
                section.section("alerts", alerts -> AlertSettings.from(alerts, environment))
                        .orElseGet(AlertSettings::defaults),
                file,
                variables.warnings());
    }

    private Preset preset(Section section) {
        Optional<Preset> fromFile = section.oneOf("environment", Preset.byName());
        return overrides
                .environment()
                .map(ConfigReader::preset)
                .or(() -> fromFile)
                .orElse(Preset.DEFAULT);
    }

    private static Preset preset(String name) {
        Map<String, Preset> presets = Preset.byName();
        return Optional.ofNullable(presets.get(name))
                .orElseThrow(() -> new ConfigException("--environment must be one of "
                        + String.join(", ", presets.keySet()) + ", was \"" + name + "\""
                        + Section.meant(name, presets.keySet())));
    }

    private ServerSettings server(Section section) {
        ServerSettings fromFile = section.section("server", server -> ServerSettings.from(server, base))
                .orElseGet(ServerSettings::defaults);
        overrides
                .port()
                .filter(port -> port < 0 || port > ServerSettings.PORT_MAX)
                .ifPresent(port -> {
                    throw new ConfigException("--port must be a whole number from 0 to 65535, was " + port);
                });
        return fromFile.overridden(overrides);
    }
}
