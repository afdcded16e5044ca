package io.weathervane.gateway;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one worker that a call is for, when its caller wants to look at a certain version: its label or role in the
 * call's {@code _meta}. It gives no right that the caller does not have: which tools there are, and who may call them,
 * is said by the active worker's list.
 */
final class RequestedWorkerReader {
    /** The key in {@code _meta}; the header {@code WeatherVane-Worker} of HTTP is brought there. */
    private static final String KEY = "io.weathervane/worker";

    private RequestedWorkerReader() {}

    static Optional<String> of(ObjectNode meta) {
        return meta.path(KEY).isMissingNode()
                ? Optional.empty()
                : Optional.of(meta.path(KEY).asString(""));
    }

    /** The worker need not know: it may be such a server itself, with other workers. */
    static ObjectNode without(ObjectNode meta) {
        if (!meta.has(KEY)) {
            return meta;
        }
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        meta.properties().forEach(entry -> rest.set(entry.getKey(), entry.getValue()));
        rest.remove(KEY);
        return rest;
    }
}
