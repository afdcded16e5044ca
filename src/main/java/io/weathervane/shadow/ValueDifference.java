package io.weathervane.shadow;

import tools.jackson.databind.JsonNode;

/**
 * One place in which two results differ.
 *
 * @param pointer a JSON Pointer into the result; text that is JSON is looked into like the rest
 * @param active missing when it has no such place
 * @param canary missing when it has no such place
 */
record ValueDifference(String pointer, JsonNode active, JsonNode canary) {
    /** What kind of difference it is, as {@code shadow.json} has it. */
    String kind() {
        if (active.isMissingNode()) {
            return "added";
        }
        if (canary.isMissingNode()) {
            return "removed";
        }
        return active.getNodeType() == canary.getNodeType() ? "changed" : "type-changed";
    }
}
