package io.weathervane.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One JSON-RPC 2.0 message. */
public sealed interface JsonRpcMessage {
    /** A call that wants an answer. */
    record Request(RequestId id, String method, ObjectNode params) implements JsonRpcMessage {}

    /** A call that wants none. */
    record Notification(String method, ObjectNode params) implements JsonRpcMessage {}

    /** An answer to a request; either a {@link Success} or a {@link Failure}. */
    sealed interface Response extends JsonRpcMessage {}

    record Success(RequestId id, JsonNode result) implements Response {}

    /**
     * An answer that the request failed.
     *
     * @param id null when the request's id could not be read
     * @param data null when there is none
     */
    record Failure(
            @Nullable RequestId id,
            long code,
            String message,
            @Nullable JsonNode data) implements Response {}
}
