package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRedactor;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.probe.WatchProbeConfig;
import io.weathervane.util.SafeText;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Says before a promotion what its watch will send, and whether that is enough to judge the release by. */
final class WatchProbeSufficiencyCheck {
    private static final String NAME = "probes during the watch";
    private static final int ARGUMENTS_LENGTH_MAX = 80;

    private final WorkerManager workers;
    private final WatchProbeConfig config;

    WatchProbeSufficiencyCheck(WorkerManager workers, WatchProbeConfig config) {
        this.workers = workers;
        this.config = config;
    }

    PreflightCheckResult check(Duration watch) {
        if (!config.isOn()) {
            String needed = "only callers' calls count, and a watch with fewer than " + MonitorPolicy.HEALTHY_CALLS
                    + " ends unverified";
            return PreflightCheckResult.passed(NAME, "none, for " + missing() + ": " + needed);
        }
        List<ProbeCall> sent = config.probes().stream().filter(this::isReadOnly).toList();
        String refused = config.probes().stream()
                .filter(probe -> !isReadOnly(probe))
                .map(probe -> SafeText.line(probe.tool()))
                .distinct()
                .collect(Collectors.joining(", "));
        WatchProbeConfig effective = new WatchProbeConfig(sent, config.interval(), config.callTimeout());
        long calls = effective.calls(watch);
        String found = (sent.isEmpty()
                        ? "none"
                        : shown(sent) + ", each every " + interval() + ": about " + calls + " calls count in "
                                + watch.toMillis() / 1000.0
                                + " s (the first rounds, which also ask the previous release, left out)")
                + (refused.isEmpty()
                        ? ""
                        : "; not sent, because the active worker has no such read-only tool: " + refused)
                + (calls < MonitorPolicy.HEALTHY_CALLS
                        ? "; without callers the watch ends unverified, it needs " + MonitorPolicy.HEALTHY_CALLS
                        : "; " + MonitorPolicy.HEALTHY_CALLS + " are needed, so that without callers up to "
                                + (calls - MonitorPolicy.HEALTHY_CALLS) + " may be lost");
        return refused.isEmpty() && calls >= MonitorPolicy.HEALTHY_CALLS
                ? PreflightCheckResult.passed(NAME, found)
                : PreflightCheckResult.warned(NAME, found);
    }

    private String missing() {
        return config.probes().isEmpty() ? "upgrade.probes is not set" : "upgrade.probeInterval is not set";
    }

    private String interval() {
        return config.interval().orElseThrow().toMillis() / 1000.0 + " s";
    }

    private boolean isReadOnly(ProbeCall probe) {
        List<ObjectNode> named = workers.tools(Role.ACTIVE).stream()
                .filter(tool -> tool.path("name").asString("").equals(probe.tool()))
                .toList();
        return !named.isEmpty() && named.stream().allMatch(ReadOnlyHint::isIn);
    }

    private static String shown(List<ProbeCall> probes) {
        return probes.stream()
                .map(probe -> SafeText.line(probe.tool()) + " "
                        + SafeText.line(JsonRedactor.clean(probe.arguments()).toString(), ARGUMENTS_LENGTH_MAX))
                .collect(Collectors.joining(", "));
    }
}
