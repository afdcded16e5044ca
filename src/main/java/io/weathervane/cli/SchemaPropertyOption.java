package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One argument of a tool as an option of the command line.
 *
 * @param property its name in the tool's input schema
 * @param schema what the schema says of it
 */
record SchemaPropertyOption(String property, JsonNode schema, boolean required) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** The name as it is shown: {@code --promotion-id}. */
    String name() {
        return "--"
                + property.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                        .replace('_', '-')
                        .toLowerCase(Locale.ROOT);
    }

    /** Whether the word, without its dashes, means this option: kebab-case, snake_case and camelCase are one. */
    boolean isNamed(String word) {
        return folded(word).equals(folded(property));
    }

    /** Whether it stands alone on the command line. */
    boolean isSwitch() {
        return type().equals("boolean");
    }

    boolean isList() {
        return type().equals("array");
    }

    /** Whether it takes any keys, each with a plain value: then {@code KEY=VALUE} can be said for it. */
    boolean isMap() {
        return type().equals("object")
                && schema.path("properties").isEmpty()
                && schema.path("additionalProperties").isObject();
    }

    /** The first type that is not null; empty when the schema names none. */
    String type() {
        return typeOf(schema);
    }

    /** The value in the type that the schema asks for. */
    JsonNode parse(String text) {
        return parse(text, schema);
    }

    /** What the schema allows, for the help: {@code get|set|reset} or the type. */
    String placeholder() {
        List<String> choices = choices();
        if (!choices.isEmpty()) {
            return String.join("|", choices);
        }
        return switch (type()) {
            case "boolean" -> "";
            case "object" -> isMap() ? "JSON|KEY=VALUE" : "JSON";
            case "array" -> "VALUE[,VALUE...]";
            case "" -> "VALUE";
            default -> type().toUpperCase(Locale.ROOT);
        };
    }

    /** The values that the schema lists; empty when it lists none. */
    List<String> choices() {
        JsonNode listed = isList() ? schema.path("items").path("enum") : schema.path("enum");
        return listed.valueStream().map(JsonNode::asString).toList();
    }

    private JsonNode parse(String text, JsonNode as) {
        return switch (typeOf(as)) {
            case "string" -> NODES.stringNode(text);
            case "integer" -> json(text, JsonNode::isIntegralNumber, "a whole number");
            case "number" -> json(text, JsonNode::isNumber, "a number");
            case "boolean" -> json(text.toLowerCase(Locale.ROOT), JsonNode::isBoolean, "true or false");
            case "object" -> object(text);
            case "array" -> list(text);
            default -> anything(text);
        };
    }

    /** A JSON object or, for a map, one {@code KEY=VALUE}: the value is a text, as a shell has no other. */
    private JsonNode object(String text) {
        int equals = text.indexOf('=');
        return isMap() && equals > 0 && !text.stripLeading().startsWith("{")
                ? NODES.objectNode().put(text.substring(0, equals).strip(), text.substring(equals + 1))
                : json(text, JsonNode::isObject, "a JSON object such as '{\"KEY\": \"1\"}'");
    }

    /** A JSON array, or its items with commas between them. */
    private ArrayNode list(String text) {
        if (text.stripLeading().startsWith("[")) {
            return (ArrayNode) json(text, JsonNode::isArray, "a JSON array, or values with commas between them");
        }
        ArrayNode items = NODES.arrayNode();
        for (String item : text.split(",", -1)) {
            items.add(parse(item.strip(), schema.path("items")));
        }
        return items;
    }

    private JsonNode json(String text, Predicate<JsonNode> fits, String wanted) {
        try {
            JsonNode value = JsonRpcCodec.JSON.readTree(text);
            if (fits.test(value)) {
                return value;
            }
        } catch (JacksonException e) {
            throw new UsageException(name() + " wants " + wanted + ": " + JsonRpcCodec.reason(e));
        }
        throw new UsageException(name() + " wants " + wanted + ", not '" + text + "'");
    }

    private static JsonNode anything(String text) {
        try {
            JsonNode value = JsonRpcCodec.JSON.readTree(text);
            return value.isMissingNode() ? NODES.stringNode(text) : value;
        } catch (JacksonException e) {
            return NODES.stringNode(text);
        }
    }

    private static String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray()
                ? type.valueStream()
                        .map(JsonNode::asString)
                        .filter(name -> !name.equals("null"))
                        .findFirst()
                        .orElse("")
                : type.asString("");
    }

    private static String folded(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
