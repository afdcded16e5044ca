package io.weathervane.config;

import io.weathervane.alert.WebhookSinkConfig;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.signal.SignalConfig;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.worker.WorkersConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The whole configuration, in the records of the domains that it is for.
 *
 * @param flags those of the team, beside the server's own
 * @param webhooks the receivers of alerts
 */
public record Config(
        Source source,
        ServerConfig server,
        List<FlagDefinition> flags,
        List<WebhookSinkConfig> webhooks,
        Rollout rollout) {
    /**
     * Where the configuration comes from.
     *
     * @param environment the kind of environment that it is for
     * @param file where it was read from; empty when there is none and everything is at its default
     * @param warnings what looks like a mistake and was ignored, a sentence each
     */
    public record Source(EnvironmentPreset environment, Optional<Path> file, List<String> warnings) {
        public Source {
            warnings = List.copyOf(warnings);
        }
    }

    /** How releases are run, watched and replaced. */
    public record Rollout(
            WorkersConfig workers, MonitorConfig monitor, UpgradeConfig upgrade, List<SignalConfig> signals) {
        public Rollout {
            signals = List.copyOf(signals);
        }
    }

    public Config {
        flags = List.copyOf(flags);
        webhooks = List.copyOf(webhooks);
    }

    public EnvironmentPreset environment() {
        return source.environment();
    }

    public Optional<Path> file() {
        return source.file();
    }

    public List<String> warnings() {
        return source.warnings();
    }

    public WorkersConfig workers() {
        return rollout.workers();
    }

    public MonitorConfig monitor() {
        return rollout.monitor();
    }

    /** What releases are judged by beside their own calls. */
    public List<SignalConfig> signals() {
        return rollout.signals();
    }

    public UpgradeConfig upgrade() {
        return rollout.upgrade();
    }
}
