package io.weathervane.policy;

import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.probe.WatchProbeConfig;

/**
 * Configuration of the watch over promotions.
 *
 * @param preset the thresholds that hold where nothing else says more
 * @param file what the configuration file says of them
 * @param environment what {@code WVO_ROLLBACK_*} variables say of them; they win over the file
 * @param probes what a watch sends to the worker that it looks at
 * @param replayBeforeRollback whether the previous worker is asked before an action by calls that failed
 */
public record MonitorConfig(
        MonitorMode mode,
        MonitorPolicy preset,
        PolicyOverrides file,
        PolicyOverrides environment,
        WatchProbeConfig probes,
        boolean replayBeforeRollback) {
    /** Nothing is sent, and the previous worker is asked. */
    public MonitorConfig(MonitorMode mode, MonitorPolicy preset, PolicyOverrides file, PolicyOverrides environment) {
        this(mode, preset, file, environment, WatchProbeConfig.none(), /* replayBeforeRollback= */ true);
    }

    /** The same with these probes. */
    public MonitorConfig with(WatchProbeConfig newProbes) {
        return new MonitorConfig(mode, preset, file, environment, newProbes, replayBeforeRollback);
    }

    public MonitorConfig withReplayBeforeRollback(boolean replays) {
        return new MonitorConfig(mode, preset, file, environment, probes, replays);
    }
}
