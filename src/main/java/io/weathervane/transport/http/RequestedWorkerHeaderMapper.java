package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcMessage;
import org.eclipse.jetty.http.HttpFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Brings the worker that a header asks for to the request's {@code _meta}; what the message says itself goes first. */
public final class RequestedWorkerHeaderMapper {
    static final String NAME = "WeatherVane-Worker";
    private static final String KEY = "io.weathervane/worker";

    private RequestedWorkerHeaderMapper() {}

    public static void addTo(JsonRpcMessage.Request request, HttpFields headers) {
        String worker = headers.get(NAME);
        if (worker == null) {
            return;
        }
        JsonNode meta = request.params().path("_meta");
        if (meta.isMissingNode()) {
            meta = request.params().putObject("_meta");
        }
        if (meta instanceof ObjectNode object && !object.has(KEY)) {
            object.put(KEY, worker.trim());
        }
    }
}
