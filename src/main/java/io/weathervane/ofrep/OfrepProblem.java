package io.weathervane.ofrep;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.SafeText;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reason why an evaluation has no answer, in the form that OFREP gives it.
 *
 * @param key the flag asked for; empty when all were
 */
public record OfrepProblem(Optional<String> key, Code code, String details) {
    /** Longest part of a key that is said back. */
    private static final int KEY_MAX = 100;

    /** Codes of the protocol that happen here. */
    public enum Code {
        /** The body is not JSON. */
        PARSE_ERROR,
        /** The context, or what should hold it, is no object. */
        INVALID_CONTEXT,
        FLAG_NOT_FOUND
    }

    /** No flag has this key. */
    public static OfrepProblem notFound(String key, String why) {
        return new OfrepProblem(Optional.of(key), Code.FLAG_NOT_FOUND, why);
    }

    /** The body that a client reads. */
    public byte[] body() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        key.ifPresent(asked -> node.put("key", SafeText.line(asked, KEY_MAX)));
        node.put("errorCode", code.name()).put("errorDetails", details);
        return JsonRpcCodec.JSON.writeValueAsBytes(node);
    }

    /** The body of an error that the protocol has no code for: too large, not now. */
    public static byte[] withoutCode(String details) {
        return JsonRpcCodec.JSON.writeValueAsBytes(
                JsonNodeFactory.instance.objectNode().put("errorDetails", details));
    }
}
