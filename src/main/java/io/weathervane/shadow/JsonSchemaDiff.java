package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Compares two JSON Schemas, and decides which changes break callers; pure.
 *
 * <p>A schema of arguments may take more than before, never less; a schema of results may promise more than before,
 * never less. So each change is judged as narrower or wider, and the direction decides. What cannot be judged
 * ({@code not}, {@code if}, a changed pattern) counts as both, and hurts.
 */
final class JsonSchemaDiff {
    /** Deepest nesting that is looked into. */
    private static final int DEPTH_MAX = 40;

    /** Most schemas inside one that are looked into. */
    private static final int SCHEMAS_MAX = 5_000;

    /**
     * One change.
     *
     * @param described whether only a text for people has changed
     */
    record Change(String pointer, boolean blocking, boolean described, String text) {}

    private final boolean input;
    private final JsonNode activeRoot;
    private final JsonNode canaryRoot;
    private final List<Change> changes = new ArrayList<>();
    private final Set<String> followed = new HashSet<>();
    private int schemas;

    private JsonSchemaDiff(boolean input, JsonNode active, JsonNode canary) {
        this.input = input;
        this.activeRoot = active;
        this.canaryRoot = canary;
    }

    static List<Change> ofInput(JsonNode active, JsonNode canary) {
        return new JsonSchemaDiff(/* input= */ true, active, canary).all();
    }

    static List<Change> ofOutput(JsonNode active, JsonNode canary) {
        return new JsonSchemaDiff(/* input= */ false, active, canary).all();
    }

    private List<Change> all() {
        compare("", activeRoot, canaryRoot, 0);
        return List.copyOf(changes);
    }

    /** Takes less than before, or promises more. */
    void narrower(String pointer, String text) {
        changes.add(new Change(pointer, input, /* described= */ false, text));
    }

    /** Takes more than before, or promises less. */
    void wider(String pointer, String text) {
        changes.add(new Change(pointer, !input, /* described= */ false, text));
    }

    void blocking(String pointer, String text) {
        changes.add(new Change(pointer, /* blocking= */ true, /* described= */ false, text));
    }

    void note(String pointer, String text) {
        changes.add(new Change(pointer, /* blocking= */ false, /* described= */ false, text));
    }

    void described(String pointer, String text) {
        changes.add(new Change(pointer, /* blocking= */ false, /* described= */ true, text));
    }

    private void compare(String pointer, JsonNode active, JsonNode canary, int depth) {
        if (depth > DEPTH_MAX || schemas == SCHEMAS_MAX) {
            if (!JsonEquality.values(active, canary)) {
                blocking(pointer, "another schema, too deep or too large to be compared");
            }
            return;
        }
        schemas++;
        if (active.has(SchemaReferences.KEY)
                && canary.has(SchemaReferences.KEY)
                && !followed.add(active + " " + canary)) {
            return;
        }
        ObjectNode before = SchemaKeywordDiff.plain(SchemaReferences.resolved(active, activeRoot));
        ObjectNode after = SchemaKeywordDiff.plain(SchemaReferences.resolved(canary, canaryRoot));
        if (!becameAlternatives(pointer, before, after)) {
            Set<String> keywords = new LinkedHashSet<>(before.propertyNames());
            keywords.addAll(after.propertyNames());
            keywords.forEach(keyword -> keyword(pointer, keyword, before, after, depth));
        }
    }

    /** {@code {"type": "string"}} is within {@code {"anyOf": [{"type": "string"}, {"type": "null"}]}}, and the reverse. */
    private boolean becameAlternatives(String pointer, ObjectNode before, ObjectNode after) {
        for (String keyword : SchemaKeywordDiff.ALTERNATIVES) {
            if (after.has(keyword) && !before.has(keyword) && SchemaKeywordDiff.isOneOf(before, after.path(keyword))) {
                wider(pointer + "/" + keyword, "is one of several alternatives now");
                return true;
            }
            if (before.has(keyword) && !after.has(keyword) && SchemaKeywordDiff.isOneOf(after, before.path(keyword))) {
                narrower(pointer + "/" + keyword, "was one of several alternatives, is the only one");
                return true;
            }
        }
        return false;
    }

    private void keyword(String pointer, String keyword, ObjectNode before, ObjectNode after, int depth) {
        JsonNode active = before.path(keyword);
        JsonNode canary = after.path(keyword);
        String at = pointer + "/" + JsonPointerEscaping.escaped(keyword);
        switch (SchemaKeywordDiff.kindOf(keyword)) {
            case PROPERTIES -> properties(at, before, after, depth);
            case REQUIRED -> required(pointer, before, after);
            case SUBSCHEMA -> subschema(at, keyword, active, canary, depth);
            case LIST -> list(at, keyword, active, canary, depth);
            case IGNORED -> {}
            default -> SchemaKeywordDiff.compare(this, at, keyword, active, canary);
        }
    }

    private void properties(String pointer, ObjectNode before, ObjectNode after, int depth) {
        JsonNode active = before.path(SchemaKeywordDiff.PROPERTIES);
        JsonNode canary = after.path(SchemaKeywordDiff.PROPERTIES);
        for (String name : active.propertyNames()) {
            String at = pointer + "/" + JsonPointerEscaping.escaped(name);
            if (canary.has(name)) {
                compare(at, active.path(name), canary.path(name), depth + 1);
            } else {
                blocking(at, "property " + name + " removed");
            }
        }
        Set<String> required = SchemaKeywordDiff.texts(after.path(SchemaKeywordDiff.REQUIRED));
        canary.propertyNames().stream()
                .filter(name -> !active.has(name) && !required.contains(name))
                .forEach(name -> note(
                        pointer + "/" + JsonPointerEscaping.escaped(name),
                        "new " + (input ? "optional " : "") + "property " + name));
    }

    private void required(String pointer, ObjectNode before, ObjectNode after) {
        Set<String> was = SchemaKeywordDiff.texts(before.path(SchemaKeywordDiff.REQUIRED));
        Set<String> is = SchemaKeywordDiff.texts(after.path(SchemaKeywordDiff.REQUIRED));
        String at = pointer + "/" + SchemaKeywordDiff.PROPERTIES + "/";
        is.stream().filter(name -> !was.contains(name)).forEach(name -> {
            boolean known = before.path(SchemaKeywordDiff.PROPERTIES).has(name);
            narrower(
                    at + JsonPointerEscaping.escaped(name),
                    known ? name + " was optional, is required" : "new required property " + name);
        });
        was.stream()
                .filter(name -> !is.contains(name)
                        && after.path(SchemaKeywordDiff.PROPERTIES).has(name))
                .forEach(name -> wider(at + JsonPointerEscaping.escaped(name), name + " was required, is optional"));
    }

    /** A schema that constrains nothing when it is left out. */
    private void subschema(String pointer, String keyword, JsonNode active, JsonNode canary, int depth) {
        boolean was = SchemaKeywordDiff.constrains(active);
        boolean is = SchemaKeywordDiff.constrains(canary);
        if (active.isObject() && canary.isObject()) {
            compare(pointer, active, canary, depth + 1);
        } else if (active.isArray() && canary.isArray()) {
            list(pointer, keyword, active, canary, depth);
        } else if (!was && is) {
            narrower(pointer, keyword + " is restricted now: " + DifferenceExcerpt.start(JsonRpcCodec.text(canary)));
        } else if (was && !is) {
            wider(
                    pointer,
                    keyword + " is no longer restricted, was: " + DifferenceExcerpt.start(JsonRpcCodec.text(active)));
        } else if (!JsonEquality.values(active, canary) && (was || is)) {
            restrictionChanged(pointer, keyword, active, canary);
        }
    }

    private void restrictionChanged(String pointer, String keyword, JsonNode active, JsonNode canary) {
        if (canary.isBoolean()) {
            narrower(pointer, "no " + keyword + " any longer");
        } else if (active.isBoolean()) {
            wider(pointer, keyword + " allowed now: " + DifferenceExcerpt.start(JsonRpcCodec.text(canary)));
        } else {
            SchemaKeywordDiff.changed(this, pointer, keyword, active, canary);
        }
    }

    private void list(String pointer, String keyword, JsonNode active, JsonNode canary, int depth) {
        if (active.isArray() && active.size() == canary.size()) {
            for (int index = 0; index < active.size(); index++) {
                compare(pointer + "/" + index, active.path(index), canary.path(index), depth + 1);
            }
        } else if (active.isArray() && canary.isArray() && SchemaKeywordDiff.ALTERNATIVES.contains(keyword)) {
            alternatives(pointer, active, canary);
        } else {
            SchemaKeywordDiff.changed(this, pointer, keyword, active, canary);
        }
    }

    private void alternatives(String pointer, JsonNode active, JsonNode canary) {
        List<JsonNode> lost = SchemaKeywordDiff.notIn(active, canary);
        List<JsonNode> gained = SchemaKeywordDiff.notIn(canary, active);
        if (!lost.isEmpty()) {
            narrower(
                    pointer,
                    "alternatives removed: "
                            + DifferenceExcerpt.start(lost.stream()
                                    .map(JsonRpcCodec::text)
                                    .toList()
                                    .toString()));
        }
        if (!gained.isEmpty()) {
            wider(
                    pointer,
                    "alternatives added: "
                            + DifferenceExcerpt.start(gained.stream()
                                    .map(JsonRpcCodec::text)
                                    .toList()
                                    .toString()));
        }
    }

    /** A schema as an object: {@code true} is the empty one, {@code false} the one that nothing fits. */
    static ObjectNode object(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            return object;
        }
        ObjectNode made = JsonRpcCodec.JSON.createObjectNode();
        if (schema.isBoolean() && !schema.booleanValue()) {
            made.putObject("not");
        }
        return made;
    }
}
