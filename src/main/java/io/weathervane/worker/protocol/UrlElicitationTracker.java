package io.weathervane.worker.protocol;

import io.weathervane.worker.WorkerCallException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Remembers the client that was sent to a page, so that only this client is told that the visit is complete. */
final class UrlElicitationTracker {
    /** Most visits that are remembered; the oldest go first. */
    private static final int VISITS_MAX = 1000;

    /** The error by which a worker says that the user has to visit a page first. */
    static final long URL_REQUIRED = -32042;

    private final Map<String, BiConsumer<String, ObjectNode>> byId = new LinkedHashMap<>();

    /** The client got this question; anything but a page to visit is ignored. */
    void asked(ObjectNode params, BiConsumer<String, ObjectNode> client) {
        put(params.path("elicitationId"), client);
    }

    /** The client got this error. */
    void refused(WorkerCallException e, BiConsumer<String, ObjectNode> client) {
        JsonNode data = e.data();
        if (e.code() == URL_REQUIRED && data != null) {
            data.path("elicitations").forEach(one -> put(one.path("elicitationId"), client));
        }
    }

    private synchronized void put(JsonNode id, BiConsumer<String, ObjectNode> client) {
        if (id.isString()) {
            byId.remove(id.stringValue());
            byId.put(id.stringValue(), client);
            if (byId.size() > VISITS_MAX) {
                byId.remove(byId.keySet().iterator().next());
            }
        }
    }

    /** The client that is told once that the visit is complete. */
    synchronized Optional<BiConsumer<String, ObjectNode>> complete(ObjectNode params) {
        return Optional.ofNullable(byId.remove(params.path("elicitationId").asString("")));
    }
}
