package io.weathervane.upgrade;

import io.weathervane.shadow.ShadowPlan;
import io.weathervane.worker.WorkerRelease;
import java.util.Map;

/**
 * What the configuration says of upgrades.
 *
 * @param releases the configured releases, by label
 * @param steps commands for builds and tests, by name
 * @param shadow what is compared, and how much may differ
 * @param version of this server, for the record
 */
public record UpgradeConfig(
        Map<String, WorkerRelease> releases, Map<String, String> steps, ShadowPlan shadow, String version) {
    public UpgradeConfig {
        releases = Map.copyOf(releases);
        steps = Map.copyOf(steps);
    }
}
