package io.weathervane.probe;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.MonitorPolicy;
import java.util.List;

/** Explains what a watch that ended without enough data lacked of its own calls, given the configuration. */
final class InsufficientWatchProbesText {
    private InsufficientWatchProbesText() {}

    /**
     * Begins with a semicolon; empty when calls enough were counted.
     *
     * @param unsent why probes were not sent
     */
    static String of(WatchProbeConfig config, CallCounts callers, CallCounts probes, List<String> unsent) {
        long counted = callers.plus(probes).calls();
        if (counted >= MonitorPolicy.HEALTHY_CALLS) {
            return "";
        }
        if (!config.isOn()) {
            return "; to have it judged without callers, set " + unset(config);
        }
        if (!unsent.isEmpty()) {
            return "; " + String.join("; ", unsent);
        }
        return "; upgrade.probes and upgrade.probeInterval are set, and " + counted + " of the "
                + MonitorPolicy.HEALTHY_CALLS + " calls that are needed were counted: a shorter interval than "
                + config.interval().orElseThrow().toMillis() / 1000.0 + " s, more probes or a longer watch make more";
    }

    private static String unset(WatchProbeConfig config) {
        if (config.probes().isEmpty()) {
            return config.interval().isEmpty() ? "upgrade.probes and upgrade.probeInterval" : "upgrade.probes";
        }
        return "upgrade.probeInterval (upgrade.probes is set)";
    }
}
