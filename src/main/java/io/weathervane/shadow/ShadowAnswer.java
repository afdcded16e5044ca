package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.WorkerCallException;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answer of one worker to one call.
 *
 * @param value the result, or the error as an object
 * @param words why there is no result; empty when there is one
 */
record ShadowAnswer(Kind kind, JsonNode value, String words, Duration took) {
    enum Kind {
        RESULT,
        /** A result that says {@code isError}. */
        TOOL_ERROR,
        /** A JSON-RPC error. */
        ERROR,
        /** None in time. */
        TIMEOUT,
        /** One that is none: not JSON, too long, the wrong shape. */
        INVALID,
        /** The worker ended, or is not there. */
        GONE,
        /** We did not wait for it, or did not ask. */
        NONE;

        /** Whether the worker said something that can be compared. */
        boolean comparable() {
            return this == RESULT || this == TOOL_ERROR || this == ERROR;
        }
    }

    static ShadowAnswer of(ObjectNode result, Duration took) {
        boolean error = result.path("isError").asBoolean(false);
        return new ShadowAnswer(error ? Kind.TOOL_ERROR : Kind.RESULT, result, "", took);
    }

    static ShadowAnswer of(WorkerCallException failure, Duration took) {
        Kind kind = switch (failure.kind()) {
            case RPC_ERROR -> Kind.ERROR;
            case TIMEOUT -> Kind.TIMEOUT;
            case MALFORMED -> Kind.INVALID;
            case LOST, NOT_SENT, NONE_ACTIVE -> Kind.GONE;
            case BUSY, CANCELLED -> Kind.NONE;
        };
        return new ShadowAnswer(kind, error(failure), failure.reason(), took);
    }

    private static ObjectNode error(WorkerCallException failure) {
        ObjectNode value = JsonRpcCodec.JSON.createObjectNode();
        ObjectNode error = value.putObject("error").put("code", failure.code()).put("message", failure.reason());
        if (failure.data() != null) {
            error.set("data", failure.data());
        }
        return value;
    }

    static ShadowAnswer timedOut(Duration limit) {
        String words = "no answer within " + limit.toMillis() + " ms";
        return new ShadowAnswer(Kind.TIMEOUT, JsonRpcCodec.JSON.createObjectNode(), words, limit);
    }

    static ShadowAnswer notAsked(String why) {
        return new ShadowAnswer(Kind.NONE, JsonRpcCodec.JSON.createObjectNode(), why, Duration.ZERO);
    }

    boolean comparable() {
        return kind.comparable();
    }

    /** Whether it counts as failed. */
    boolean failed() {
        return kind != Kind.RESULT;
    }
}
