package io.weathervane.app;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditLog;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.resource.builtin.ResourceUris;
import io.weathervane.tool.ToolDefinition;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Maps each server event to the MCP resources and lists it changes, on the publisher's thread. Calls change the figures of
 * workers and monitor all the time; those are announced with the next check.
 */
final class ChangePublisher implements AutoCloseable {
    private final ServerChangeListener changes;
    private final Supplier<List<ToolDefinition>> workersTools;
    private final Object comparing = new Object();
    private List<ToolDefinition> known;
    private volatile EventBus.@Nullable Subscription subscription;
    private volatile boolean closed;

    private ChangePublisher(ServerChangeListener changes, Supplier<List<ToolDefinition>> workersTools) {
        this.changes = changes;
        this.workersTools = workersTools;
        this.known = workersTools.get();
    }

    /** @param workersTools the active worker's; must not wait for anything */
    static ChangePublisher start(
            EventBus events,
            AuditLog audit,
            ServerChangeListener changes,
            Supplier<List<ToolDefinition>> workersTools) {
        ChangePublisher publisher = new ChangePublisher(changes, workersTools);
        publisher.subscription = events.subscribe(publisher::publish);
        audit.onAppend(publisher::audited);
        return publisher;
    }

    private void publish(Event event) {
        switch (event.type()) {
            case SETTINGS_CHANGED, STORE_DEGRADED, STORE_RECOVERED -> flagsChanged(event);
            case MONITOR_CHANGED,
                    MONITORING_STARTED,
                    MONITORING_STOPPED,
                    ROLLBACK_EXECUTED,
                    ROLLBACK_FAILED,
                    ESCALATION_TRIGGERED -> updated(ResourceUris.MONITOR);
            case HEALTH_CHECK -> updated(ResourceUris.MONITOR, ResourceUris.WORKERS);
            case UPGRADE_CHANGED -> updated(ResourceUris.WORKERS, ResourceUris.UPGRADE);
            case WORKERS_CHANGED, WORKER_SWITCHED, WORKER_EXITED -> workersChanged();
            case CALL_BLOCKS_CHANGED -> updated(ResourceUris.FLAGS, ResourceUris.MONITOR);
            case EVIDENCE_COLLECTED, INCIDENT_REPORTED -> incidentsChanged();
            case OFFER_CHANGED -> offerChanged();
            case APPROVALS_CHANGED -> updated(ResourceUris.APPROVALS);
            case FLAGS_CHANGED, KILL_SWITCH_ACTIVATED, KILL_SWITCH_RESET -> {
                // what is shown of them is told by SETTINGS_CHANGED
            }
        }
    }

    /** The monitor shows the kill switch, and takes thresholds from rows of the same table. */
    private void flagsChanged(Event event) {
        updated(ResourceUris.FLAGS, ResourceUris.MONITOR);
        if (event.details().get("keys") instanceof List<?> keys) {
            keys.forEach(key -> flagChanged(String.valueOf(key)));
        }
    }

    /** What a value would do to a flag goes by what the flag is, and for all flags by the kill switch. */
    private void flagChanged(String key) {
        updated(ResourceUris.flag(key));
        boolean forAll = key.equals(FlagCatalog.KILL_SWITCH);
        changes.resourcesUpdatedBelow(forAll ? ResourceUris.FLAGS : ResourceUris.flag(key));
    }

    /** Which lists are others depends on the caller, so all are told. */
    private void offerChanged() {
        changes.toolsChanged();
        changes.promptsChanged();
        changes.resourcesChanged();
        updated(ResourceUris.WORKERS, ResourceUris.MONITOR);
    }

    private void workersChanged() {
        updated(ResourceUris.WORKERS, ResourceUris.MONITOR);
        if (toolsAreOthers()) {
            changes.toolsChanged();
        }
    }

    /** Looked at and compared under one lock, so that of two changes at once the later is the one that is kept. */
    private boolean toolsAreOthers() {
        synchronized (comparing) {
            List<ToolDefinition> before = known;
            known = workersTools.get();
            return !known.equals(before);
        }
    }

    private void incidentsChanged() {
        changes.resourcesChanged();
        updated(ResourceUris.INCIDENTS);
    }

    private void audited(AuditEvent event) {
        if (!closed) {
            updated(ResourceUris.AUDIT, ResourceUris.auditKind(event.kind().wireName()));
        }
    }

    private void updated(String... uris) {
        for (String uri : uris) {
            changes.resourceUpdated(uri);
        }
    }

    /** From here on nothing is said. */
    @Override
    public void close() {
        closed = true;
        Objects.requireNonNull(subscription).close();
    }
}
