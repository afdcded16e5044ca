package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Checks the answer of a worker's own health method. */
final class HealthReplyValidator {
    private static final Set<String> GOOD = Set.of("ok", "healthy");
    private static final int SHOWN_MAX = 200;

    private HealthReplyValidator() {}

    /** Why the reply does not say healthy: only {@code true}, {@code ok: true} and a good {@code status} do. */
    static Optional<String> problem(JsonNode reply) {
        boolean healthy = reply.isBoolean()
                ? reply.booleanValue()
                : reply.path("ok").asBoolean(false)
                        || GOOD.contains(reply.path("status").asString(""));
        return healthy ? Optional.empty() : Optional.of("it answered " + shortened(JsonRpcCodec.text(reply)));
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }
}
