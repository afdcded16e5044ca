package io.weathervane.jsonrpc;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The id of a request, kept in the type it came in: a text or a whole number (MCP basic/index: never null,
 * a fraction is refused). {@code 1.0} and {@code 1e0} are 1, as JavaScript reads them.
 */
public record RequestId(Object value) {
    public RequestId {
        if (!(value instanceof String || value instanceof Long || value instanceof BigInteger)) {
            throw new IllegalArgumentException("an id is a string or a whole number");
        }
    }

    public static RequestId of(long number) {
        return new RequestId(number);
    }

    public static RequestId of(String text) {
        return new RequestId(text);
    }

    /** The id in a node, or null when the node is none (absent, null, fraction, object ...). */
    public static @Nullable RequestId from(@Nullable JsonNode node) {
        if (node == null) {
            return null;
        }
        if (node.isString()) {
            return new RequestId(node.stringValue());
        }
        if (!isWhole(node)) {
            return null;
        }
        return node.canConvertToLong() ? new RequestId(node.longValue()) : new RequestId(node.bigIntegerValue());
    }

    /** Whether it is a number without a fraction, however it is written. */
    public static boolean isWhole(JsonNode node) {
        return node.isIntegralNumber() || (node.isFloatingPointNumber() && node.canConvertToExactIntegral());
    }

    public JsonNode toJson() {
        if (value instanceof Long number) {
            return JsonNodeFactory.instance.numberNode(number);
        }
        if (value instanceof BigInteger number) {
            return JsonNodeFactory.instance.numberNode(number);
        }
        return JsonNodeFactory.instance.stringNode((String) value);
    }

    /* By hand: what a record makes for itself is put together at its first use, which costs a start 10 ms. */

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
