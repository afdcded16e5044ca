package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.NearestWord;
import io.weathervane.util.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One argument of a tool as an option of the command line: its type, its values and its help are its schema's.
 *
 * @param property its name in the tool's input schema
 * @param schema what the schema says of it
 */
record SchemaPropertyOption(String property, JsonNode schema, boolean required) implements ITypeConverter<JsonNode> {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A comma that stands in no braces and no double quotes: an item may be a mapping such as {@code {tool: a, kind: b}}. */
    private static final Pattern BETWEEN_ITEMS = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)(?![^{]*})");

    /** Longest list of values that stands beside the option in the help; a longer one stands in its description. */
    private static final int LABEL_LENGTH_MAX = 40;

    /** The name as it is shown: {@code --promotion-id}. */
    String name() {
        return "--"
                + property.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                        .replace('_', '-')
                        .toLowerCase(Locale.ROOT);
    }

    /** Whether it takes any keys, each with a plain value: then {@code KEY=VALUE} can be said for it. */
    boolean isMap() {
        return type().equals("object")
                && schema.path("properties").isEmpty()
                && schema.path("additionalProperties").isObject();
    }

    /** A list or a map may be given in several pieces; anything else once. */
    OptionSpec spec(String name) {
        OptionSpec.Builder option = OptionSpec.builder(name)
                .paramLabel(label())
                .description(plain(description()))
                .completionCandidates(choices());
        if (type().equals("boolean")) {
            return option.type(Boolean.class)
                    .arity("0..1")
                    .fallbackValue("true")
                    .build();
        }
        option.arity("1").converters(this);
        return isList() || isMap()
                ? option.type(List.class).auxiliaryTypes(JsonNode.class).build()
                : option.type(JsonNode.class).build();
    }

    /** The values that the schema lists; empty when it lists none. */
    List<String> choices() {
        JsonNode listed = isList() ? schema.path("items").path("enum") : schema.path("enum");
        return listed.valueStream().map(JsonNode::asString).toList();
    }

    /** What the schema allows, for the help: {@code get|set|reset} or the type. */
    String label() {
        String choices = SafeText.line(String.join("|", choices()));
        if (!choices.isEmpty() && choices.length() <= LABEL_LENGTH_MAX) {
            return choices;
        }
        return switch (type()) {
            case "boolean" -> "true|false";
            case "object" -> isMap() ? "JSON|KEY=VALUE" : "JSON";
            case "array" -> "VALUE[,VALUE...]";
            case "" -> "VALUE";
            default -> SafeText.line(type().toUpperCase(Locale.ROOT));
        };
    }

    private String description() {
        String said = schema.path("description").asString("");
        String listed = String.join(", ", choices());
        JsonNode preset = schema.path("default");
        return String.join(
                        " ",
                        said,
                        listed.length() > LABEL_LENGTH_MAX ? "One of " + listed + "." : "",
                        required
                                ? "(required)"
                                : preset.isMissingNode() ? "" : "(default: " + preset.asString("") + ")")
                .replaceAll(" {2,}", " ")
                .strip();
    }

    /** Text that picocli shows as it is: it reads {@code @|} as colours. */
    static String plain(String text) {
        return SafeText.lines(text).replace("@|", "@ |");
    }

    /** The value in the type that the schema asks for. */
    @Override
    public JsonNode convert(String text) {
        JsonNode value = parse(text, schema);
        for (JsonNode one : value.isArray() ? value.valueStream().toList() : List.of(value)) {
            if (!choices().isEmpty() && !choices().contains(one.asString(""))) {
                throw new TypeConversionException("it cannot be '" + one.asString("") + "'"
                        + UsageSuggestions.meant(NearestWord.to(one.asString(""), choices())) + "; it can be "
                        + String.join(", ", choices()));
            }
        }
        return value;
    }

    /** What was given for it: picocli's value, or the pieces of a list or map put together. */
    JsonNode valueOf(Object given) {
        if (given instanceof Boolean yes) {
            return NODES.booleanNode(yes);
        }
        if (given instanceof List<?> pieces) {
            JsonNode all = isMap() ? NODES.objectNode() : NODES.arrayNode();
            pieces.forEach(piece -> add(all, (JsonNode) piece));
            return all;
        }
        return (JsonNode) given;
    }

    /** Adds a further piece to a list or a map. */
    void add(JsonNode all, JsonNode piece) {
        if (all instanceof ArrayNode list) {
            list.addAll((ArrayNode) piece);
            return;
        }
        for (Map.Entry<String, JsonNode> entry : piece.properties()) {
            if (all.has(entry.getKey())) {
                throw new UsageException(entry.getKey() + " is given twice in " + name() + ": "
                        + all.get(entry.getKey()) + " and " + entry.getValue());
            }
            ((ObjectNode) all).set(entry.getKey(), entry.getValue());
        }
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
    private JsonNode list(String text) {
        if (text.stripLeading().startsWith("[")) {
            return json(text, JsonNode::isArray, "a JSON array, or values with commas between them");
        }
        ArrayNode items = NODES.arrayNode();
        for (String item : BETWEEN_ITEMS.split(text, -1)) {
            items.add(parse(item.strip(), schema.path("items")));
        }
        return items;
    }

    private static JsonNode json(String text, Predicate<JsonNode> fits, String wanted) {
        try {
            JsonNode value = JsonRpcCodec.JSON.readTree(text);
            if (fits.test(value)) {
                return value;
            }
        } catch (JacksonException e) {
            throw new TypeConversionException("it wants " + wanted + ": " + JsonRpcCodec.reason(e));
        }
        throw new TypeConversionException("it wants " + wanted + ", not '" + text + "'");
    }

    private static JsonNode anything(String text) {
        try {
            JsonNode value = JsonRpcCodec.JSON.readTree(text);
            return value.isMissingNode() ? NODES.stringNode(text) : value;
        } catch (JacksonException e) {
            return NODES.stringNode(text);
        }
    }

    private boolean isList() {
        return type().equals("array");
    }

    /** The first type that is not null; empty when the schema names none. */
    private String type() {
        return typeOf(schema);
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
}
