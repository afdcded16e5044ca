package io.weathervane.app;

import io.weathervane.config.AcceptedChangeSettings;
import io.weathervane.config.Config;
import io.weathervane.config.UpgradeSettings;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.shadow.AcceptedChange;
import io.weathervane.shadow.ShadowLimits;
import io.weathervane.shadow.ShadowPlan;
import io.weathervane.shadow.ShadowProbe;
import io.weathervane.shadow.ToolDifference;
import io.weathervane.upgrade.UpgradeConfig;

/**
 * The configuration in the words of the packages that need it, which know nothing of files: {@code config} is
 * imported by the wiring alone.
 */
final class Configured {
    private Configured() {}

    static FlagCatalog flags(Config settings) {
        return FlagCatalog.builtIn().with(settings.flags());
    }

    static UpgradeConfig upgrades(Config settings) {
        return new UpgradeConfig(
                settings.workers().releases(),
                settings.upgrade().steps(),
                shadowPlan(settings.upgrade()),
                Product.version());
    }

    static ShadowPlan shadowPlan(UpgradeSettings upgrade) {
        return new ShadowPlan(
                upgrade.probes().stream()
                        .map(probe -> new ShadowProbe(probe.tool(), probe.arguments()))
                        .toList(),
                upgrade.replay(),
                upgrade.mirrorDuration(),
                upgrade.ignoredFields(),
                upgrade.acceptedChanges().stream()
                        .map(change -> new AcceptedChange(change.tool(), kind(change.kind())))
                        .toList(),
                new ShadowLimits(
                        upgrade.callTimeout(),
                        upgrade.maxDifferenceRatio(),
                        upgrade.maxLatencyFactor(),
                        ShadowLimits.FAILURES_MAX));
    }

    private static ToolDifference.Kind kind(AcceptedChangeSettings.Kind kind) {
        return switch (kind) {
            case REMOVED -> ToolDifference.Kind.REMOVED;
            case SCHEMA_CHANGED -> ToolDifference.Kind.SCHEMA_CHANGED;
            case ANNOTATION_FLIPPED -> ToolDifference.Kind.ANNOTATION_FLIPPED;
        };
    }
}
