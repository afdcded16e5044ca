package io.weathervane.jsonrpc;

import io.weathervane.util.Redactor;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Takes secrets out of JSON: texts that hold one, values under the name of one, and what follows an option in a command. */
public final class JsonRedactor {
    private static final Set<String> NAMES = Set.of("name", "key");

    private JsonRedactor() {}

    /** The same without secrets: shape, names and everything but texts stay. The node itself when it has none. */
    @SuppressWarnings("ReferenceEquality") // the node itself means that nothing was taken out
    public static ObjectNode clean(ObjectNode json) {
        ObjectNode copy = null;
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            JsonNode clean = clean(nameOf(field.getKey(), json), field.getValue());
            if (clean != field.getValue()) {
                copy = copy == null ? shallowCopy(json) : copy;
                copy.set(field.getKey(), clean);
            }
        }
        return copy == null ? json : copy;
    }

    /** Name that the value stands for: of {@code {"name": "DB_PASSWORD", "value": "X"}} it is the name beside it. */
    private static String nameOf(String key, ObjectNode json) {
        if (!key.equalsIgnoreCase("value")) {
            return key;
        }
        return json.properties().stream()
                .filter(field -> NAMES.contains(field.getKey().toLowerCase(Locale.ROOT)))
                .map(Map.Entry::getValue)
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .findFirst()
                .orElse(key);
    }

    private static ObjectNode shallowCopy(ObjectNode json) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(json);
        return copy;
    }

    private static JsonNode clean(String name, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return clean(object);
        }
        if (value instanceof ArrayNode array) {
            return clean(name, array);
        }
        return value instanceof StringNode text ? text(Redactor.cleanNamed(name, text.asString()), text) : value;
    }

    @SuppressWarnings("ReferenceEquality") // as above
    private static ArrayNode clean(String name, ArrayNode array) {
        ArrayNode copy = null;
        String option = "";
        for (int i = 0; i < array.size(); i++) {
            JsonNode item = array.get(i);
            JsonNode clean = item instanceof StringNode text
                    ? text(Redactor.cleanArgument(name, option, text.asString()), text)
                    : clean(name, item);
            if (clean != item) {
                copy = copy == null
                        ? JsonNodeFactory.instance.arrayNode(array.size()).addAll(array)
                        : copy;
                copy.set(i, clean);
            }
            option = item instanceof StringNode text ? text.asString() : "";
        }
        return copy == null ? array : copy;
    }

    private static StringNode text(String clean, StringNode text) {
        return clean.equals(text.asString()) ? text : StringNode.valueOf(clean);
    }
}
