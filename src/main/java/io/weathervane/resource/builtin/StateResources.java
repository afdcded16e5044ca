package io.weathervane.resource.builtin;

import io.weathervane.audit.AuditKind;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.tool.presentation.ServerStateJsonSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Resources of the current state: flags, monitor, workers, and the newest of the audit. */
final class StateResources implements ResourceFamily {
    private static final int CHECKS = 5;
    private static final int EVENTS = 50;
    private static final int EVENTS_OF_KIND = 20;

    private final ServerStateJsonSource state;

    StateResources(ServerStateJsonSource state) {
        this.state = state;
    }

    @Override
    public List<ResourceDefinition> list() {
        return List.of(
                json(
                        ResourceUris.FLAGS,
                        "flags",
                        "Live flags",
                        "Every live flag as stored and effective, the epoch, and the kill switch: since when, by whom,"
                                + " why."),
                json(
                        ResourceUris.MONITOR,
                        "monitor",
                        "Rollback monitor",
                        "What is watched and for how long yet, the thresholds in force with their source, the newest"
                                + " checks, the last decision and why. As monitor_status gives it."),
                json(
                        ResourceUris.WORKERS,
                        "workers",
                        "Workers",
                        "The active worker, the canary, and the previous one that a rollback would bring back."),
                json(
                        ResourceUris.UPGRADE,
                        "upgrade",
                        "Upgrade",
                        "The upgrade under way or the last one, step by step. As upgrade_status gives it."),
                json(
                        ResourceUris.AUDIT,
                        "audit",
                        "Audit tail",
                        "The newest " + EVENTS + " events, newest first; audit_query has the rest, decision_explain a"
                                + " decision's whole evidence."),
                json(
                        ResourceUris.APPROVALS,
                        "approvals",
                        "Approvals",
                        "What waits for a second person to grant or refuse, and what was granted and not used yet. A"
                                + " person decides, with approval_grant."));
    }

    @Override
    public List<ResourceTemplate> templates() {
        return List.of(
                template(
                        ResourceUris.FLAG,
                        "flag",
                        "One live flag",
                        "Its value, default, what is allowed, what it is for."),
                template(
                        ResourceUris.FLAG_TRIAL,
                        "flag-trial",
                        "What a flag's value would do",
                        "Whether a flag may have this value now, whether that would change anything, and the tool that"
                                + " does it. Changes nothing."),
                template(
                        ResourceUris.AUDIT_KIND,
                        "audit-kind",
                        "Audit events of one kind",
                        "The newest " + EVENTS_OF_KIND + " events of one kind, such as decision or flag-changed."));
    }

    @Override
    public Optional<ResourceContents> read(String uri) {
        return content(uri).map(content -> ResourceFamily.json(uri, content));
    }

    private Optional<ObjectNode> content(String uri) {
        return switch (uri) {
            case ResourceUris.FLAGS -> Optional.of(state.flags());
            case ResourceUris.MONITOR -> Optional.of(state.monitor(CHECKS));
            case ResourceUris.WORKERS -> Optional.of(state.workers());
            case ResourceUris.UPGRADE -> Optional.of(state.upgrade());
            case ResourceUris.AUDIT -> Optional.of(state.audit(Set.of(), EVENTS));
            case ResourceUris.APPROVALS -> Optional.of(state.approvals());
            default ->
                UriVariables.of(ResourceUris.FLAG, uri)
                        .flatMap(flag -> state.flag(flag.get(0)))
                        .or(() -> UriVariables.of(ResourceUris.FLAG_TRIAL, uri)
                                .flatMap(trial -> state.trial(trial.get(0), trial.get(1))))
                        .or(() -> UriVariables.of(ResourceUris.AUDIT_KIND, uri)
                                .flatMap(kind -> AuditKind.of(kind.get(0)))
                                .map(kind -> state.audit(Set.of(kind), EVENTS_OF_KIND)));
        };
    }

    private static ResourceDefinition json(String uri, String name, String title, String description) {
        return ResourceDefinition.of(uri, name, title, description, JSON_TYPE);
    }

    private static ResourceTemplate template(String uri, String name, String title, String description) {
        return ResourceTemplate.of(uri, name, title, description, JSON_TYPE);
    }
}
