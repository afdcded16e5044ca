package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The keywords of JSON Schema 2020-12 (and older drafts where they differ), and how a change of each is judged. */
final class SchemaKeywordDiff {
    static final String PROPERTIES = "properties";
    static final String REQUIRED = "required";
    private static final String ENUM = "enum";
    private static final String CONST = "const";
    static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf");

    private static final Set<String> ALL_TYPES =
            Set.of("null", "boolean", "object", "array", "number", "integer", "string");

    /** Kind of a keyword, by its effect on what the schema accepts. */
    enum Kind {
        PROPERTIES,
        REQUIRED,
        TYPE,
        ENUM,
        /** A limit from below: raising it takes less. */
        AT_LEAST,
        /** A limit from above: lowering it takes less. */
        AT_MOST,
        SUBSCHEMA,
        LIST,
        /** Takes less when it is true. */
        SWITCH,
        /** Takes less when it is there; when it has changed, the comparison cannot tell. */
        CONSTRAINT,
        DESCRIPTION,
        /** Compared where it is referred to, or no matter. */
        IGNORED,
        /** Says something, constrains nothing. */
        NOTE
    }

    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry(PROPERTIES, Kind.PROPERTIES),
            Map.entry(REQUIRED, Kind.REQUIRED),
            Map.entry("type", Kind.TYPE),
            Map.entry(ENUM, Kind.ENUM),
            Map.entry("minimum", Kind.AT_LEAST),
            Map.entry("exclusiveMinimum", Kind.AT_LEAST),
            Map.entry("minLength", Kind.AT_LEAST),
            Map.entry("minItems", Kind.AT_LEAST),
            Map.entry("minProperties", Kind.AT_LEAST),
            Map.entry("minContains", Kind.AT_LEAST),
            Map.entry("maximum", Kind.AT_MOST),
            Map.entry("exclusiveMaximum", Kind.AT_MOST),
            Map.entry("maxLength", Kind.AT_MOST),
            Map.entry("maxItems", Kind.AT_MOST),
            Map.entry("maxProperties", Kind.AT_MOST),
            Map.entry("maxContains", Kind.AT_MOST),
            Map.entry("additionalProperties", Kind.SUBSCHEMA),
            Map.entry("unevaluatedProperties", Kind.SUBSCHEMA),
            Map.entry("propertyNames", Kind.SUBSCHEMA),
            Map.entry("items", Kind.SUBSCHEMA),
            Map.entry("additionalItems", Kind.SUBSCHEMA),
            Map.entry("unevaluatedItems", Kind.SUBSCHEMA),
            Map.entry("anyOf", Kind.LIST),
            Map.entry("oneOf", Kind.LIST),
            Map.entry("allOf", Kind.LIST),
            Map.entry("prefixItems", Kind.LIST),
            Map.entry("contains", Kind.CONSTRAINT),
            Map.entry("pattern", Kind.CONSTRAINT),
            Map.entry("format", Kind.CONSTRAINT),
            Map.entry("multipleOf", Kind.CONSTRAINT),
            Map.entry("uniqueItems", Kind.SWITCH),
            Map.entry("patternProperties", Kind.CONSTRAINT),
            Map.entry("dependentRequired", Kind.CONSTRAINT),
            Map.entry("dependentSchemas", Kind.CONSTRAINT),
            Map.entry("dependencies", Kind.CONSTRAINT),
            Map.entry("not", Kind.CONSTRAINT),
            Map.entry("if", Kind.CONSTRAINT),
            Map.entry("then", Kind.CONSTRAINT),
            Map.entry("else", Kind.CONSTRAINT),
            Map.entry("contentEncoding", Kind.CONSTRAINT),
            Map.entry("contentMediaType", Kind.CONSTRAINT),
            Map.entry(SchemaReferences.KEY, Kind.CONSTRAINT),
            Map.entry("$dynamicRef", Kind.CONSTRAINT),
            Map.entry("title", Kind.DESCRIPTION),
            Map.entry("description", Kind.DESCRIPTION),
            Map.entry("examples", Kind.DESCRIPTION),
            Map.entry("$comment", Kind.IGNORED),
            Map.entry("$schema", Kind.IGNORED),
            Map.entry("$id", Kind.IGNORED),
            Map.entry("$defs", Kind.IGNORED),
            Map.entry("definitions", Kind.IGNORED));

    private SchemaKeywordDiff() {}

    static Kind kindOf(String keyword) {
        return KINDS.getOrDefault(keyword, Kind.NOTE);
    }

    /** Compares a keyword that holds no schemas which could be looked into. */
    static void compare(JsonSchemaDiff diff, String at, String keyword, JsonNode active, JsonNode canary) {
        if (JsonEquality.values(active, canary)) {
            return;
        }
        switch (kindOf(keyword)) {
            case TYPE -> types(diff, at, active, canary);
            case ENUM -> choices(diff, at, active, canary);
            case AT_LEAST -> bound(diff, at, keyword, active, canary, /* raisedIsNarrower= */ true);
            case AT_MOST -> bound(diff, at, keyword, active, canary, /* raisedIsNarrower= */ false);
            case SWITCH -> turned(diff, at, keyword, active, canary);
            case CONSTRAINT -> changed(diff, at, keyword, active, canary);
            case DESCRIPTION -> diff.described(at, wasIs(keyword, active, canary));
            case NOTE, IGNORED, PROPERTIES, REQUIRED, SUBSCHEMA, LIST -> diff.note(at, wasIs(keyword, active, canary));
        }
    }

    /** A constraint that was added, removed or changed. */
    static void changed(JsonSchemaDiff diff, String at, String keyword, JsonNode active, JsonNode canary) {
        String text = wasIs(keyword, active, canary);
        if (!constrains(active)) {
            diff.narrower(at, text);
        } else if (!constrains(canary)) {
            diff.wider(at, text);
        } else {
            diff.blocking(at, text);
        }
    }

    private static void turned(JsonSchemaDiff diff, String at, String keyword, JsonNode active, JsonNode canary) {
        if (canary.asBoolean(false) && !active.asBoolean(false)) {
            diff.narrower(at, keyword + " is required now");
        } else if (active.asBoolean(false) && !canary.asBoolean(false)) {
            diff.wider(at, keyword + " is no longer required");
        }
    }

    private static void types(JsonSchemaDiff diff, String at, JsonNode active, JsonNode canary) {
        Set<String> was = typesOf(active);
        Set<String> is = typesOf(canary);
        String text = wasIs("type", active, canary);
        if (!is.containsAll(was)) {
            diff.narrower(at, text);
        }
        if (!was.containsAll(is)) {
            diff.wider(at, text);
        }
    }

    private static Set<String> typesOf(JsonNode type) {
        if (type.isMissingNode()) {
            return ALL_TYPES;
        }
        Set<String> types = new HashSet<>(type.isArray() ? texts(type) : Set.of(type.asString("")));
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static void choices(JsonSchemaDiff diff, String at, JsonNode active, JsonNode canary) {
        if (!active.isArray() || !canary.isArray()) {
            changed(diff, at, ENUM, active, canary);
            return;
        }
        List<JsonNode> lost = notIn(active, canary);
        List<JsonNode> gained = notIn(canary, active);
        if (!lost.isEmpty()) {
            diff.narrower(
                    at,
                    "enum lost "
                            + DifferenceExcerpt.start(lost.stream()
                                    .map(JsonRpcCodec::text)
                                    .toList()
                                    .toString()));
        }
        if (!gained.isEmpty()) {
            diff.wider(
                    at,
                    "enum gained "
                            + DifferenceExcerpt.start(gained.stream()
                                    .map(JsonRpcCodec::text)
                                    .toList()
                                    .toString()));
        }
    }

    private static void bound(
            JsonSchemaDiff diff,
            String at,
            String keyword,
            JsonNode active,
            JsonNode canary,
            boolean raisedIsNarrower) {
        if (!active.isNumber() || !canary.isNumber()) {
            changed(diff, at, keyword, active, canary);
            return;
        }
        boolean raised = canary.decimalValue().compareTo(active.decimalValue()) > 0;
        if (raised == raisedIsNarrower) {
            diff.narrower(at, wasIs(keyword, active, canary));
        } else {
            diff.wider(at, wasIs(keyword, active, canary));
        }
    }

    private static String wasIs(String keyword, JsonNode active, JsonNode canary) {
        DifferenceExcerpt.Both shown = DifferenceExcerpt.of(active, canary);
        return keyword + " was " + shown.active() + ", is " + shown.canary();
    }

    /** The same schema with a constant as the only choice, so that it compares with other choices. */
    static ObjectNode plain(ObjectNode schema) {
        if (!schema.has(CONST) || schema.has(ENUM)) {
            return schema;
        }
        ObjectNode plain = schema.deepCopy();
        plain.putArray(ENUM).add(plain.remove(CONST));
        return plain;
    }

    /** Whether there is anything that does not fit it. */
    static boolean constrains(JsonNode value) {
        boolean open = value.isBoolean() ? value.booleanValue() : value.isObject() && value.isEmpty();
        return !value.isMissingNode() && !open;
    }

    /** The texts of a list. */
    static Set<String> texts(JsonNode list) {
        Set<String> texts = new LinkedHashSet<>();
        list.forEach(item -> texts.add(item.asString("")));
        return texts;
    }

    static List<JsonNode> notIn(JsonNode items, JsonNode others) {
        List<JsonNode> rest = new ArrayList<>();
        items.forEach(item -> {
            if (stream(others).noneMatch(other -> JsonEquality.values(item, other))) {
                rest.add(item);
            }
        });
        return rest;
    }

    /** Whether the schema is one of the alternatives, but for what people read. */
    static boolean isOneOf(ObjectNode schema, JsonNode alternatives) {
        ObjectNode bare = bare(schema);
        return stream(alternatives).anyMatch(each -> JsonEquality.values(bare(JsonSchemaDiff.object(each)), bare));
    }

    private static ObjectNode bare(ObjectNode schema) {
        ObjectNode bare = schema.deepCopy();
        bare.remove(schema.propertyNames().stream()
                .filter(name -> kindOf(name) == Kind.DESCRIPTION || name.equals("default"))
                .toList());
        return bare;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return array.isArray() ? array.valueStream() : Stream.empty();
    }
}
