package io.weathervane.contract;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks a tool's definition in a contract file; pure. A schema without any keyword is refused, since it would promise
 * nothing.
 */
final class ContractToolCheck {
    private static final Set<String> TYPES =
            Set.of("null", "boolean", "object", "array", "number", "integer", "string");
    private static final List<String> SCHEMA_MAPS = List.of("properties", "$defs", "definitions", "patternProperties");
    private static final List<String> SCHEMA_LISTS = List.of("anyOf", "oneOf", "allOf", "prefixItems");

    /** Deepest schema that is looked into. */
    private static final int DEPTH_MAX = 40;

    /**
     * One thing that is wrong.
     *
     * @param pointer into the definition
     * @param rule what must hold there
     */
    record Problem(String pointer, String rule) {}

    private ContractToolCheck() {}

    static Optional<Problem> problem(ObjectNode tool) {
        return Stream.of(unknown(tool), name(tool), annotations(tool.path("annotations")), schemas(tool))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Problem> unknown(ObjectNode tool) {
        return tool.propertyNames().stream()
                .filter(key -> !ToolContract.PARTS.contains(key))
                .findFirst()
                .map(key -> new Problem("/" + key, "is unknown; known are " + String.join(", ", ToolContract.PARTS)));
    }

    private static Optional<Problem> name(ObjectNode tool) {
        JsonNode name = tool.path(ToolContract.NAME);
        return must(name.isString() && !name.asString("").isBlank(), "/name", "must be the tool's name", name);
    }

    private static Optional<Problem> annotations(JsonNode annotations) {
        Optional<Problem> form = must(
                annotations.isMissingNode() || annotations.isObject(),
                "/annotations",
                "must be an object",
                annotations);
        return form.or(() -> annotations
                .propertyStream()
                .filter(hint ->
                        hint.getKey().endsWith("Hint") && !hint.getValue().isBoolean())
                .findFirst()
                .flatMap(hint ->
                        must(false, "/annotations/" + hint.getKey(), "must be true or false", hint.getValue())));
    }

    private static Optional<Problem> schemas(ObjectNode tool) {
        JsonNode input = tool.path("inputSchema");
        JsonNode output = tool.path("outputSchema");
        return must(input.isObject(), "/inputSchema", "must be a JSON Schema", input)
                .or(() -> must(
                        output.isMissingNode() || output.isObject(), "/outputSchema", "must be a JSON Schema", output))
                .or(() -> schema("/inputSchema", input, 0))
                .or(() -> schema("/outputSchema", output, 0));
    }

    private static Optional<Problem> schema(String at, JsonNode schema, int depth) {
        if (schema.isMissingNode() || schema.isBoolean() || depth > DEPTH_MAX) {
            return Optional.empty();
        }
        if (!schema.isObject()) {
            return must(false, at, "must be a JSON Schema", schema);
        }
        JsonNode required = schema.path("required");
        return type(at + "/type", schema.path("type"))
                .or(() -> must(
                        required.isMissingNode()
                                || (required.isArray() && required.valueStream().allMatch(JsonNode::isString)),
                        at + "/required",
                        "must be a list of names",
                        required))
                .or(() -> must(
                        !schema.has("enum") || schema.path("enum").isArray(),
                        at + "/enum",
                        "must be a list of values",
                        schema.path("enum")))
                .or(() -> inside(at, schema, depth));
    }

    private static Optional<Problem> type(String at, JsonNode type) {
        boolean known = type.isMissingNode()
                || (type.isString() && TYPES.contains(type.asString("")))
                || (type.isArray() && type.valueStream().allMatch(one -> TYPES.contains(one.asString(""))));
        return must(
                known,
                at,
                "must be one of " + String.join(", ", TYPES.stream().sorted().toList()),
                type);
    }

    private static Optional<Problem> inside(String at, JsonNode schema, int depth) {
        Stream<Optional<Problem>> maps = SCHEMA_MAPS.stream()
                .filter(schema::has)
                .map(key -> {
                    JsonNode map = schema.path(key);
                    return must(map.isObject(), at + "/" + key, "must be an object with a schema for each name", map)
                            .or(() -> map.propertyStream()
                                    .map(entry ->
                                            schema(at + "/" + key + "/" + entry.getKey(), entry.getValue(), depth + 1))
                                    .flatMap(Optional::stream)
                                    .findFirst());
                });
        Stream<Optional<Problem>> lists = SCHEMA_LISTS.stream()
                .filter(schema::has)
                .map(key -> {
                    JsonNode list = schema.path(key);
                    return must(list.isArray(), at + "/" + key, "must be a list of schemas", list)
                            .or(() -> list.valueStream()
                                    .map(entry -> schema(at + "/" + key, entry, depth + 1))
                                    .flatMap(Optional::stream)
                                    .findFirst());
                });
        Stream<Optional<Problem>> items = Stream.of("items", "additionalProperties", "not")
                .filter(key -> !schema.path(key).isArray())
                .map(key -> schema(at + "/" + key, schema.path(key), depth + 1));
        return Stream.of(maps, lists, items)
                .flatMap(each -> each)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Problem> must(boolean holds, String pointer, String rule, JsonNode was) {
        return holds ? Optional.empty() : Optional.of(new Problem(pointer, rule + ", was " + ContractFile.shown(was)));
    }
}
