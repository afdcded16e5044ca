package io.weathervane.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the error of an answer whatever form it has: who asked waits for an answer, and a wrong form is no reason to let
 * it wait. What fits no place of an error is kept in the message or the data.
 */
final class LenientErrorReader {
    private static final String CODE = "code";
    private static final String NO_MESSAGE = "an error without a message";

    private LenientErrorReader() {}

    /** The answer; its code is an internal error's where it has none that is a number. */
    static JsonRpcMessage.Failure read(@Nullable RequestId id, JsonNode error) {
        if (!(error instanceof ObjectNode object)) {
            return new JsonRpcMessage.Failure(id, ErrorCode.INTERNAL_ERROR.code(), message(error), null);
        }
        JsonNode code = object.path(CODE);
        Long number = number(code);
        JsonNode data = object.get("data");
        if (number == null && data == null && !code.isMissingNode() && !code.isNull()) {
            data = JsonRpcCodec.JSON.createObjectNode().set(CODE, code);
        }
        return new JsonRpcMessage.Failure(
                id, number == null ? ErrorCode.INTERNAL_ERROR.code() : number, message(object.path("message")), data);
    }

    /** A number, maybe spelt as text, or as 5.0, which JavaScript cannot tell from 5; null when it is none. */
    private static @Nullable Long number(JsonNode code) {
        if (code.isNumber() && code.canConvertToExactIntegral() && code.canConvertToLong()) {
            return code.longValue();
        }
        try {
            return code.isString() ? Long.valueOf(code.stringValue()) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static String message(JsonNode message) {
        if (message.isString()) {
            return message.stringValue();
        }
        return message.isMissingNode() || message.isNull() ? NO_MESSAGE : JsonRpcCodec.text(message);
    }
}
