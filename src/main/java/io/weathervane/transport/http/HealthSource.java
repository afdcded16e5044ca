package io.weathervane.transport.http;

import tools.jackson.databind.node.ObjectNode;

/** Source of the answer to {@code GET /health}. */
@FunctionalInterface
public interface HealthSource {
    Health health();

    /**
     * The health of the server at one moment.
     *
     * @param status the HTTP status: 200 while it can serve, 503 when not
     */
    record Health(int status, ObjectNode body) {}
}
