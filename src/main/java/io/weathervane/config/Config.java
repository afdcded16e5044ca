package io.weathervane.config;

import io.weathervane.flags.FlagDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration.
 *
 * @param file where it was read from; empty when there is none and everything is at its default
 * @param warnings what looks like a mistake and was ignored, a sentence each
 */
public record Config(
        Preset environment,
        ServerSettings server,
        MonitorSettings monitor,
        WorkerSettings workers,
        UpgradeSettings upgrade,
        List<FlagDefinition> flags,
        AlertSettings alerts,
        Optional<Path> file,
        List<String> warnings) {
    public Config {
        flags = List.copyOf(flags);
        warnings = List.copyOf(warnings);
    }

    public static Config defaults() {
        return new Config(
                Preset.DEFAULT,
                ServerSettings.defaults(),
                MonitorSettings.defaults(),
                WorkerSettings.defaults(),
                UpgradeSettings.defaults(),
                List.of(),
                AlertSettings.defaults(),
                Optional.empty(),
                List.of());
    }
}
