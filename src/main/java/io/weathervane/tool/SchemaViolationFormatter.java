package io.weathervane.tool;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import io.weathervane.util.NearestWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/** Puts a schema violation into a sentence: which value, what is wrong with it, what is allowed. */
final class SchemaViolationFormatter {
    /** Longest piece of a caller's value that is said back to it. */
    private static final int VALUE_LENGTH_MAX = 60;

    private final String noun;
    private final JsonNode root;

    SchemaViolationFormatter(String noun, JsonNode root) {
        this.noun = noun;
        this.root = root;
    }

    String sentence(Error error) {
        return switch (error.getKeyword()) {
            case "required" -> missing(error);
            case "additionalProperties", "unevaluatedProperties" -> unknown(error);
            case "enum" -> notAllowed(error);
            case "type" -> subject(error) + " must be " + types(error.getSchemaNode()) + "; it was " + was(error);
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf" -> outOfRange(error);
            case "minLength", "maxLength" -> subject(error) + " must be " + length(error) + "; it was " + was(error);
            case "minItems", "maxItems", "minProperties", "maxProperties" ->
                subject(error) + " must have " + entries(error);
            case "pattern" -> subject(error) + " must match " + error.getSchemaNode() + "; it was " + was(error);
            default -> subject(error) + ": " + error.getMessage();
        };
    }

    private String missing(Error error) {
        List<String> path = path(error);
        path.add(error.getProperty());
        return noun + " \"" + String.join(".", path) + "\" is missing" + allowedOf(path);
    }

    private String unknown(Error error) {
        List<String> path = path(error);
        List<String> known = names(schemaAt(path).path("properties"));
        String name = error.getProperty();
        path.add(name);
        String near = NearestWord.to(name, known)
                .map(word -> "; did you mean \"" + word + "\"?")
                .orElse("");
        String list = known.isEmpty() ? "; none is allowed here" : "; known: " + String.join(", ", known);
        return noun + " \"" + shortened(String.join(".", path)) + "\" is unknown" + near + list;
    }

    private String notAllowed(Error error) {
        JsonNode allowed = error.getSchemaNode();
        List<String> words = new ArrayList<>();
        allowed.forEach(node -> words.add(node.asString("null")));
        JsonNode given = error.getInstanceNode();
        Optional<String> near =
                given != null && given.isString() ? NearestWord.to(given.stringValue(), words) : Optional.empty();
        return subject(error) + " must be one of " + String.join(", ", words) + "; it was " + was(error)
                + near.map(word -> "; did you mean \"" + word + "\"?").orElse("");
    }

    private String outOfRange(Error error) {
        JsonNode schema = schemaAt(path(error));
        return subject(error) + " must be " + range(schema, error) + "; it was " + was(error);
    }

    private static String range(JsonNode schema, Error error) {
        if (schema.has("minimum") && schema.has("maximum")) {
            return "between " + plain(schema.get("minimum")) + " and " + plain(schema.get("maximum"));
        }
        String limit = plain(error.getSchemaNode());
        return switch (error.getKeyword()) {
            case "minimum" -> "at least " + limit;
            case "maximum" -> "at most " + limit;
            case "exclusiveMinimum" -> "more than " + limit;
            case "exclusiveMaximum" -> "less than " + limit;
            default -> "a multiple of " + limit;
        };
    }

    /** {@code 0.0001}, not {@code 1.0E-4}. */
    private static String plain(JsonNode number) {
        return number.isNumber() ? number.decimalValue().stripTrailingZeros().toPlainString() : String.valueOf(number);
    }

    private static String length(Error error) {
        String bound = "minLength".equals(error.getKeyword()) ? "at least " : "at most ";
        return bound + error.getSchemaNode() + " characters long";
    }

    private static String entries(Error error) {
        String bound = error.getKeyword().startsWith("min") ? "at least " : "at most ";
        JsonNode limit = error.getSchemaNode();
        JsonNode given = error.getInstanceNode();
        int count = given == null ? 0 : given.size();
        return bound + limit + (limit.asInt(0) == 1 ? " entry" : " entries") + "; it had " + count;
    }

    /** What a missing argument may be, when the schema lists it. */
    private String allowedOf(List<String> path) {
        JsonNode schema = schemaAt(path);
        if (schema.has("enum")) {
            StringJoiner words = new StringJoiner(", ", "; it must be one of ", "");
            schema.get("enum").forEach(node -> words.add(node.asString("null")));
            return words.toString();
        }
        return schema.has("type") ? "; it must be " + types(schema.get("type")) : "";
    }

    private String subject(Error error) {
        List<String> path = path(error);
        return path.isEmpty() ? "the " + noun + "s" : noun + " \"" + shortened(String.join(".", path)) + "\"";
    }

    private static List<String> path(Error error) {
        List<String> names = new ArrayList<>();
        NodePath location = error.getInstanceLocation();
        for (int i = 0; i < location.getNameCount(); i++) {
            names.add(location.getName(i));
        }
        return names;
    }

    /** The schema of a value, as far as plain {@code properties} and {@code items} lead to it. */
    private JsonNode schemaAt(List<String> path) {
        JsonNode schema = root;
        for (String name : path) {
            JsonNode properties = schema.path("properties");
            schema = properties.has(name) ? properties.get(name) : elseSchema(schema);
        }
        return schema;
    }

    private static JsonNode elseSchema(JsonNode schema) {
        return schema.has("items") ? schema.get("items") : schema.path("additionalProperties");
    }

    private static List<String> names(JsonNode object) {
        return List.copyOf(object.propertyNames());
    }

    private static String types(JsonNode type) {
        if (!type.isArray()) {
            return withArticle(type.asString(""));
        }
        StringJoiner words = new StringJoiner(" or ");
        type.forEach(node -> words.add(withArticle(node.asString(""))));
        return words.toString();
    }

    private static String withArticle(String type) {
        return switch (type) {
            case "null" -> "null";
            case "boolean" -> "true or false";
            case "integer" -> "a whole number";
            case "array" -> "a list";
            case "object" -> "an object";
            default -> "a " + type;
        };
    }

    private static String was(Error error) {
        JsonNode node = error.getInstanceNode();
        if (node == null || node.isNull()) {
            return "null";
        }
        if (node.isContainer()) {
            return node.isArray() ? "a list" : "an object";
        }
        return node.isString() ? "\"" + shortened(node.stringValue()) + "\"" : shortened(node.toString());
    }

    private static String shortened(String text) {
        return text.length() <= VALUE_LENGTH_MAX ? text : text.substring(0, VALUE_LENGTH_MAX) + "...";
    }
}
