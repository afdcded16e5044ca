package io.weathervane.shadow;

import java.util.Comparator;
import tools.jackson.databind.JsonNode;

/** Whether two JSON values mean the same: the order of names does not matter, nor how a number is written. */
final class Same {
    /** 0 for two nodes that mean the same; this is how {@link JsonNode#equals(Comparator, JsonNode)} wants it. */
    private static final Comparator<JsonNode> BY_MEANING = (one, other) -> {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue());
        }
        return one.equals(other) ? 0 : 1;
    };

    private Same() {}

    static boolean values(JsonNode one, JsonNode other) {
        return one.equals(BY_MEANING, other);
    }
}
