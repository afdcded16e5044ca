package io.weathervane.worker;

import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a check of a tool's arguments out of its input schema. */
@FunctionalInterface
public interface ArgumentCheckFactory {
    /** Whether arguments fit; a schema that cannot be read fits all. */
    Predicate<ObjectNode> of(JsonNode inputSchema);
}
