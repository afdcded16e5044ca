package io.weathervane.shadow;

import java.util.Comparator;
import tools.jackson.databind.JsonNode;

/** Compares two JSON values by meaning: the order of names and the notation of numbers do not count. */
final class JsonEquality {
    /** 0 for two nodes that mean the same; this is how {@link JsonNode#equals(Comparator, JsonNode)} wants it. */
    private static final Comparator<JsonNode> BY_MEANING = (one, other) -> {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    };

    private JsonEquality() {}

    static boolean values(JsonNode one, JsonNode other) {
        return one.equals(BY_MEANING, other);
    }
}
