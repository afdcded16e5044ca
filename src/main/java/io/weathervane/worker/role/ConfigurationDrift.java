package io.weathervane.worker.role;

import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.routing.RoleAssignment;
import io.weathervane.worker.routing.RoleSlot;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the differences between the releases that run and the configuration of now. */
final class ConfigurationDrift {
    private ConfigurationDrift() {}

    static List<String> between(
            RoleAssignment assignment, Map<String, WorkerRelease> configured, Optional<String> initialRelease) {
        List<String> drift = new ArrayList<>();
        for (Role role : List.of(Role.ACTIVE, Role.PREVIOUS)) {
            RoleSlot slot = assignment.slot(role);
            if (slot != null) {
                of(
                                role,
                                slot.release(),
                                Optional.ofNullable(
                                        configured.get(slot.release().label())))
                        .ifPresent(drift::add);
            }
        }
        RoleSlot active = assignment.active();
        String runs = active == null ? "" : active.release().label();
        initialRelease
                .filter(label -> !runs.isEmpty() && !runs.equals(label))
                .ifPresent(label -> drift.add(
                        "the configuration's initial release is " + label + ", active is the promoted " + runs));
        return drift;
    }

    private static Optional<String> of(Role role, WorkerRelease runs, Optional<WorkerRelease> configured) {
        String which = "the " + role.wireName() + " release " + runs.label();
        if (configured.isEmpty()) {
            return Optional.of(which + " is not in the configuration");
        }
        List<String> parts = differences(runs, configured.get());
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(which + " runs with another " + String.join(", ", parts)
                        + " than the configuration has now; a promotion brings the new one");
    }

    private static List<String> differences(WorkerRelease runs, WorkerRelease configured) {
        Map<String, Boolean> same = new LinkedHashMap<>();
        same.put("kind", runs.protocol() == configured.protocol());
        same.put("command", runs.command().equals(configured.command()));
        same.put("environment", runs.environment().equals(configured.environment()));
        same.put("user", runs.user().equals(configured.user()));
        same.put("folder", runs.folder().equals(configured.folder()));
        same.put("url", urls(runs).equals(urls(configured)));
        same.put("dryRunUrl", dryRunUrl(runs).equals(dryRunUrl(configured)));
        same.put("headers", access(runs).headers().equals(access(configured).headers()));
        same.put("auth", access(runs).auth().equals(access(configured).auth()));
        same.put("tls", access(runs).tls().equals(access(configured).tls()));
        same.put("probe", runs.probe().equals(configured.probe()));
        same.put("callTimeout", runs.callTimeout().equals(configured.callTimeout()));
        same.put("tools", runs.tools().equals(configured.tools()));
        return same.entrySet().stream()
                .filter(part -> !part.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<URI> urls(WorkerRelease release) {
        return release.remote().map(RemoteSpec::urls).orElse(List.of());
    }

    private static Optional<URI> dryRunUrl(WorkerRelease release) {
        return release.remote().flatMap(RemoteSpec::dryRunUrl);
    }

    private static RemoteAccessSpec access(WorkerRelease release) {
        return release.remote().map(RemoteSpec::access).orElseGet(RemoteAccessSpec::none);
    }
}
