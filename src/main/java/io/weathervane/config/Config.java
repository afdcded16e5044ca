package io.weathervane.config;

import io.weathervane.alert.WebhookSink;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.rollback.MonitorConfig;
import io.weathervane.worker.WorkersConfig;
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
        ServerConfig server,
        MonitorConfig monitor,
        WorkersConfig workers,
        UpgradeSettings upgrade,
        List<FlagDefinition> flags,
        List<WebhookSink> webhooks,
        Optional<Path> file,
        List<String> warnings) {
    public Config {
        flags = List.copyOf(flags);
        webhooks = List.copyOf(webhooks);
        warnings = List.copyOf(warnings);
    }
}
