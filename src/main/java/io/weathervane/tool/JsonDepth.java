package io.weathervane.tool;

import tools.jackson.databind.JsonNode;

/** Measures how many objects and arrays are inside each other. */
final class JsonDepth {
    private JsonDepth() {}

    static boolean isMoreThan(int limit, JsonNode node) {
        if (!node.isContainer()) {
            return false;
        }
        if (limit == 0) {
            return true;
        }
        for (JsonNode child : node) {
            if (isMoreThan(limit - 1, child)) {
                return true;
            }
        }
        return false;
    }
}
