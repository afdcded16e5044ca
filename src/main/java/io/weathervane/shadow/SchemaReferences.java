package io.weathervane.shadow;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** References from one part of a schema to another. */
final class SchemaReferences {
    static final String KEY = "$ref";

    /** A reference to a reference to a reference; longer ones are left as they are. */
    private static final int HOPS_MAX = 8;

    private SchemaReferences() {}

    /** The schema with what it refers to in its place; a reference that leads out of the document stays. */
    static ObjectNode resolved(JsonNode schema, JsonNode root) {
        ObjectNode found = JsonSchemaDiff.object(schema);
        for (int hop = 0; hop < HOPS_MAX && found.has(KEY); hop++) {
            JsonNode target = target(found.path(KEY).asString(""), root);
            if (target.isMissingNode()) {
                return found;
            }
            ObjectNode merged = JsonSchemaDiff.object(target).deepCopy();
            found.properties().stream()
                    .filter(entry -> !entry.getKey().equals(KEY))
                    .forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
            found = merged;
        }
        return found;
    }

    private static JsonNode target(String reference, JsonNode root) {
        if (!reference.startsWith("#") || !(reference.length() == 1 || reference.charAt(1) == '/')) {
            return MissingNode.getInstance();
        }
        return root.at(reference.substring(1));
    }
}
