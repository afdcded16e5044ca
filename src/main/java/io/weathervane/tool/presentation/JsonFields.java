package io.weathervane.tool.presentation;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parts that all answers have in one form: times, lists of texts, a value that may be absent. */
public final class JsonFields {
    private JsonFields() {}

    /** An empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** ISO 8601 in UTC, to a millisecond. */
    public static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Adds a list of texts. */
    public static void putTexts(ObjectNode node, String name, List<String> texts) {
        ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }

    /** Adds the text, or {@code null} for an absent one. */
    public static void putOptional(ObjectNode node, String name, Optional<String> value) {
        node.put(name, value.orElse(null));
    }
}
