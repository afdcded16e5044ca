package io.weathervane.jsonrpc;

import io.weathervane.util.Redactor;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Takes secrets out of JSON: texts that hold one, values under the name of one, and what follows an option in a command. */
public final class JsonRedactor {
    private JsonRedactor() {}

    /** A copy without secrets; shape, names and everything but texts stay. */
    public static ObjectNode clean(ObjectNode json) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            copy.set(field.getKey(), clean(field.getKey(), field.getValue()));
        }
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

    private static ArrayNode clean(String name, ArrayNode array) {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
        String option = "";
        for (JsonNode item : array) {
            if (item instanceof StringNode text) {
                copy.add(text(Redactor.cleanArgument(name, option, text.asString()), text));
                option = text.asString();
            } else {
                copy.add(clean(name, item));
                option = "";
            }
        }
        return copy;
    }

    private static StringNode text(String clean, StringNode text) {
        return clean.equals(text.asString()) ? text : StringNode.valueOf(clean);
    }
}
