package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One tool's definition against another of the same name; pure. */
final class ToolDefinitionComparer {
    private static final String INPUT = "inputSchema";
    static final String INPUT_POINTER = "/" + INPUT;
    private static final String OUTPUT = "outputSchema";
    private static final String ANNOTATIONS = "annotations";
    private static final Set<String> SHOWN_TO_PEOPLE = Set.of("title", "description");

    /** A tool that may only be called as a task, or no longer as one, is another tool to its callers. */
    private static final String TASK_SUPPORT = "taskSupport";

    private static final String TASK_FORBIDDEN = "forbidden";

    private final String tool;
    private final List<ToolDifference> found = new ArrayList<>();

    private ToolDefinitionComparer(String tool) {
        this.tool = tool;
    }

    static List<ToolDifference> of(String tool, ObjectNode active, ObjectNode canary) {
        ToolDefinitionComparer comparer = new ToolDefinitionComparer(tool);
        Set<String> keys = new LinkedHashSet<>(active.propertyNames());
        keys.addAll(canary.propertyNames());
        keys.forEach(key -> comparer.compare(key, active.path(key), canary.path(key)));
        return comparer.found;
    }

    private void compare(String key, JsonNode active, JsonNode canary) {
        if (JsonEquality.values(active, canary)) {
            return;
        }
        switch (key) {
            case INPUT -> schema(JsonSchemaDiff.ofInput(active, canary), INPUT_POINTER);
            case OUTPUT -> output(active, canary);
            case ANNOTATIONS -> annotations(active, canary);
            case "execution" -> execution(active, canary);
            default -> other(key, active, canary);
        }
    }

    private void output(JsonNode active, JsonNode canary) {
        if (canary.isMissingNode()) {
            add(ToolDifference.Kind.SCHEMA_CHANGED, "/" + OUTPUT, true, "results have no schema any longer");
        } else if (active.isMissingNode()) {
            add(ToolDifference.Kind.SCHEMA_CHANGED, "/" + OUTPUT, false, "results have a schema now");
        } else {
            schema(JsonSchemaDiff.ofOutput(active, canary), "/" + OUTPUT);
        }
    }

    private void schema(List<JsonSchemaDiff.Change> changes, String pointer) {
        changes.forEach(change -> add(
                change.described() ? ToolDifference.Kind.DESCRIPTION_CHANGED : ToolDifference.Kind.SCHEMA_CHANGED,
                pointer + change.pointer(),
                change.blocking(),
                change.text()));
    }

    private void annotations(JsonNode active, JsonNode canary) {
        for (ToolAnnotationHint hint : ToolAnnotationHint.values()) {
            hint.flipped(active, canary)
                    .ifPresent(text -> add(
                            ToolDifference.Kind.ANNOTATION_FLIPPED,
                            "/" + ANNOTATIONS + "/" + hint.key(),
                            hint.lessSafeIn(canary),
                            text));
        }
        ObjectNode before = withoutHints(active);
        ObjectNode after = withoutHints(canary);
        Set<String> keys = new LinkedHashSet<>(before.propertyNames());
        keys.addAll(after.propertyNames());
        keys.stream()
                .filter(key -> !JsonEquality.values(before.path(key), after.path(key)))
                .forEach(key -> other(ANNOTATIONS + "/" + key, before.path(key), after.path(key)));
    }

    private static ObjectNode withoutHints(JsonNode annotations) {
        ObjectNode rest =
                annotations instanceof ObjectNode object ? object.deepCopy() : JsonRpcCodec.JSON.createObjectNode();
        for (ToolAnnotationHint hint : ToolAnnotationHint.values()) {
            rest.remove(hint.key());
        }
        return rest;
    }

    private void execution(JsonNode active, JsonNode canary) {
        String before = active.path(TASK_SUPPORT).asString(TASK_FORBIDDEN);
        String after = canary.path(TASK_SUPPORT).asString(TASK_FORBIDDEN);
        if (before.equals(after)) {
            other("execution", active, canary);
        } else {
            boolean harmless = before.equals(TASK_FORBIDDEN) && after.equals("optional");
            add(
                    ToolDifference.Kind.OTHER_CHANGED,
                    "/execution/" + TASK_SUPPORT,
                    !harmless,
                    "calling it as a task was " + before + ", is " + after);
        }
    }

    private void other(String key, JsonNode active, JsonNode canary) {
        boolean described = SHOWN_TO_PEOPLE.contains(key.substring(key.lastIndexOf('/') + 1));
        DifferenceExcerpt.Both shown = DifferenceExcerpt.of(active, canary);
        add(
                described ? ToolDifference.Kind.DESCRIPTION_CHANGED : ToolDifference.Kind.OTHER_CHANGED,
                "/" + key,
                /* blocking= */ false,
                "was " + shown.active() + ", is " + shown.canary());
    }

    private void add(ToolDifference.Kind kind, String pointer, boolean blocking, String text) {
        found.add(new ToolDifference(kind, tool, pointer, blocking, text));
    }
}
