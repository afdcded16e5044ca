package io.weathervane.upgrade;

import io.weathervane.probe.WatchProbeConfig;
import io.weathervane.shadow.ShadowComparisonConfig;
import io.weathervane.worker.WorkerRelease;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Configuration of upgrades.
 *
 * @param releases the configured releases, by label
 * @param steps commands for builds and tests, by name: what a caller over HTTP may name
 * @param shadow what is compared, and how much may differ
 * @param probeInterval how often a watch sends the probes of the comparison; never when empty
 */
public record UpgradeConfig(
        Map<String, WorkerRelease> releases,
        Map<String, String> steps,
        ShadowComparisonConfig shadow,
        Optional<Duration> probeInterval) {
    public UpgradeConfig {
        releases = Map.copyOf(releases);
        steps = Map.copyOf(steps);
    }

    /** No releases, no commands, and the usual comparison. */
    public static UpgradeConfig defaults() {
        return new UpgradeConfig(Map.of(), Map.of(), ShadowComparisonConfig.defaults(), Optional.empty());
    }

    public UpgradeConfig withReleases(Map<String, WorkerRelease> others) {
        return new UpgradeConfig(others, steps, shadow, probeInterval);
    }

    /** Probes that a watch sends. */
    public WatchProbeConfig watchProbes() {
        return new WatchProbeConfig(
                shadow.probes(), probeInterval, shadow.thresholds().callTimeout());
    }
}
