package io.weathervane.tool;

import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schema of ours as {@code tools/list} shows it: shorter than the one the server checks with, because every reader of the
 * list pays for each word. Whatever the longer schema accepts, the shorter one accepts too.
 */
final class ListedSchema {
    private ListedSchema() {}

    /** Leaves out that a text must not be empty. */
    static void shortenInput(JsonNode schema) {
        everywhere(schema, ListedSchema::removeNotEmpty);
    }

    /**
     * Leaves out that other fields are refused, since clients must accept those that a later version adds, and what costs
     * every reader more than it says: the least number, that a field may be null, that a list is of texts, and which fields
     * an object inside always has.
     */
    static void shortenOutput(JsonNode schema) {
        everywhere(schema, ListedSchema::removeBounds);
        everywhere(schema.path("properties"), ListedSchema::removeRequired);
    }

    private static void removeRequired(ObjectNode node) {
        if (node.path("required").isArray()) {
            node.remove("required");
        }
    }

    private static void removeNotEmpty(ObjectNode node) {
        if (node.path("minLength").asInt(0) == 1) {
            node.remove("minLength");
        }
    }

    /** A property may have the name of a keyword; its value is an object then. */
    private static void removeBounds(ObjectNode node) {
        if (node.path("additionalProperties").isBoolean()) {
            node.remove("additionalProperties");
        }
        if (node.path("minimum").isNumber()) {
            node.remove("minimum");
        }
        if (node.size() == 1 && node.path("type").isArray()) {
            node.remove("type");
        }
        if (node.path("items").size() == 1
                && node.path("items").path("type").asString("").equals("string")) {
            node.remove("items");
        }
    }

    private static void everywhere(JsonNode schema, Consumer<ObjectNode> change) {
        if (schema instanceof ObjectNode node) {
            change.accept(node);
        }
        schema.values().forEach(inner -> everywhere(inner, change));
    }
}
