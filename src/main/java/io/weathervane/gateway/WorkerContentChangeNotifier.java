package io.weathervane.gateway;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.mcp.ServerChangeListener;
import io.weathervane.worker.WorkerContentService;
import io.weathervane.worker.WorkerListKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Tells clients which prompts and resources of the active worker have changed, also because of a switch. */
public final class WorkerContentChangeNotifier implements AutoCloseable {
    private final WorkerContentService content;
    private final Function<String, List<String>> shownUris;
    private final ServerChangeListener changes;
    private final Map<WorkerListKind, List<ObjectNode>> known = new EnumMap<>(WorkerListKind.class);
    private final EventBus.Subscription subscription;
    private volatile boolean closed;

    private WorkerContentChangeNotifier(
            EventBus events,
            WorkerContentService content,
            Function<String, List<String>> shownUris,
            ServerChangeListener changes) {
        this.content = content;
        this.shownUris = shownUris;
        this.changes = changes;
        content.onResourceUpdated(this::updated);
        content.onTold(this::forward);
        content.onListTold(this::forward);
        content.onLogged(this::logged);
        this.subscription = events.subscribe(this::publish);
    }

    /**
     * Tells of changes from now on.
     *
     * @param shownUris a resource's URI in each form that clients may know, by what the worker calls it
     */
    public static WorkerContentChangeNotifier start(
            EventBus events,
            WorkerContentService content,
            Function<String, List<String>> shownUris,
            ServerChangeListener changes) {
        return new WorkerContentChangeNotifier(events, content, shownUris, changes);
    }

    private void publish(Event event) {
        if (event.type() == EventType.WORKER_SWITCHED) {
            content.watched().forEach(uri -> shownUris.apply(uri).forEach(changes::resourceUpdated));
        }
        if (event.type() == EventType.WORKERS_CHANGED || event.type() == EventType.WORKER_SWITCHED) {
            publishLists();
        }
    }

    private void updated(ObjectNode params) {
        if (!closed) {
            String uri = params.path("uri").asString("");
            shownUris
                    .apply(uri)
                    .forEach(shown -> changes.resourceUpdated(
                            shown,
                            shown.equals(uri) ? params : params.deepCopy().put("uri", shown)));
        }
    }

    private void forward(String method, ObjectNode params) {
        if (!closed) {
            changes.notificationReceived(method, params);
        }
    }

    /** The worker says so, and who are we to know better. */
    private void forward(WorkerListKind list) {
        if (!closed) {
            switch (list) {
                case TOOLS -> changes.toolsChanged();
                case PROMPTS -> changes.promptsChanged();
                case RESOURCES, RESOURCE_TEMPLATES -> changes.resourcesChanged();
            }
        }
    }

    private void logged(ObjectNode params) {
        if (!closed) {
            changes.logged(params);
        }
    }

    private void publishLists() {
        if (hasChanged(WorkerListKind.PROMPTS)) {
            changes.promptsChanged();
        }
        // Both looked at, so that one change is told once.
        boolean resources = hasChanged(WorkerListKind.RESOURCES);
        if (hasChanged(WorkerListKind.RESOURCE_TEMPLATES) || resources) {
            changes.resourcesChanged();
        }
    }

    /** Looked at and kept under one lock, so that of two changes at once the later is the one that is kept. */
    private boolean hasChanged(WorkerListKind list) {
        synchronized (known) {
            List<ObjectNode> now = content.list(list);
            List<ObjectNode> before = known.put(list, now);
            return !now.equals(before == null ? List.of() : before);
        }
    }

    /** From here on nothing is said. */
    @Override
    public void close() {
        closed = true;
        subscription.close();
    }
}
