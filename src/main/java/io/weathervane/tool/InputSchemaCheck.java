package io.weathervane.tool;

import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A check of arguments by the input schema of another server's tool, made ready at its first use. */
public final class InputSchemaCheck {
    private InputSchemaCheck() {}

    /** Whether arguments fit; a schema that cannot be read fits all. */
    public static Predicate<ObjectNode> of(JsonNode inputSchema) {
        JsonSchemaValidator validator = new JsonSchemaValidator("argument", inputSchema);
        return arguments -> fits(validator, arguments);
    }

    private static boolean fits(JsonSchemaValidator validator, ObjectNode arguments) {
        try {
            return validator.problems(arguments).isEmpty();
        } catch (RuntimeException noSchema) {
            return true;
        }
    }
}
