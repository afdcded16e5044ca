package io.weathervane.upgrade;

import io.weathervane.shadow.ShadowPlan;
import io.weathervane.worker.WorkerRelease;
import java.util.Map;

/**
 * What the configuration says of upgrades.
 *
 * @param releases the configured releases, by label
 * @param steps commands for builds and tests, by name: what a caller over HTTP may name
 * @param shadow what is compared, and how much may differ
 */
public record UpgradeConfig(Map<String, WorkerRelease> releases, Map<String, String> steps, ShadowPlan shadow) {
    public UpgradeConfig {
        releases = Map.copyOf(releases);
        steps = Map.copyOf(steps);
    }

    /** No releases, no commands, and the usual comparison. */
    public static UpgradeConfig defaults() {
        return new UpgradeConfig(Map.of(), Map.of(), ShadowPlan.defaults());
    }

    public UpgradeConfig withReleases(Map<String, WorkerRelease> others) {
        return new UpgradeConfig(others, steps, shadow);
    }
}
