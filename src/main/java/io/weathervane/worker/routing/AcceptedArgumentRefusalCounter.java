package io.weathervane.worker.routing;

import io.weathervane.worker.ToolCallCounts;
import io.weathervane.worker.ToolComparisonCountKey;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Counts calls of one tool that were refused as invalid although such arguments went well before. A caller's mistake is
 * new to the worker in its values, and mostly in its form; what the worker took before and now refuses is not the
 * caller's. Not safe for use by more than one thread.
 */
final class AcceptedArgumentRefusalCounter {
    /** Forms that are remembered; tools have few. */
    static final int FORMS_MAX = 32;

    /** Arguments that are remembered by their hash, the newest. */
    static final int VALUES_MAX = 128;

    /** What the worker before took. */
    private final Taken before;

    private final Set<Integer> forms = new LinkedHashSet<>();
    private final Set<Integer> values = new LinkedHashSet<>();
    private final Set<Integer> refused = new LinkedHashSet<>();
    private ToolCallCounts sameArguments = ToolCallCounts.NONE;
    private ToolCallCounts sameForm = ToolCallCounts.NONE;

    /** Fingerprints of arguments, so that no argument is kept. */
    record Print(int form, int values) {
        static Print of(ObjectNode arguments) {
            return new Print(formOf(arguments), arguments.hashCode());
        }

        /** Of the names and types of objects, whatever order they are in. */
        private static int formOf(JsonNode node) {
            if (!(node instanceof ObjectNode object)) {
                return node.getNodeType().name().hashCode();
            }
            Map<String, Integer> fields = new TreeMap<>();
            object.properties().forEach(field -> fields.put(field.getKey(), formOf(field.getValue())));
            return fields.hashCode();
        }
    }

    /** Fingerprints of what went well. */
    record Taken(Set<Integer> forms, Set<Integer> values) {
        static final Taken NONE = new Taken(Set.of(), Set.of());
    }

    AcceptedArgumentRefusalCounter(Taken before) {
        this.before = before;
    }

    void wentWell(Print arguments) {
        if (isKnown(arguments)) {
            sameArguments = sameArguments.plus(/* failed= */ false, /* toolError= */ false);
        }
        sameForm = sameForm.plus(/* failed= */ false, /* toolError= */ false);
        addNewest(forms, arguments.form(), FORMS_MAX);
        addNewest(values, arguments.values(), VALUES_MAX);
    }

    /** Whether such arguments went well before, so that the refusal is judged by comparison. */
    boolean refused(Print arguments) {
        boolean known = isKnown(arguments);
        if (known) {
            sameArguments = sameArguments.plus(/* failed= */ true, /* toolError= */ false);
        }
        boolean knownForm = forms.contains(arguments.form()) || before.forms().contains(arguments.form());
        if (knownForm && addNewest(refused, arguments.values(), VALUES_MAX)) {
            sameForm = sameForm.plus(/* failed= */ true, /* toolError= */ false);
        }
        return known || knownForm;
    }

    private boolean isKnown(Print arguments) {
        return values.contains(arguments.values()) || before.values().contains(arguments.values());
    }

    /** False when it was there already. */
    private static boolean addNewest(Set<Integer> prints, int print, int most) {
        boolean added = prints.add(print);
        if (prints.size() > most) {
            Iterator<Integer> oldest = prints.iterator();
            oldest.next();
            oldest.remove();
        }
        return added;
    }

    Taken taken() {
        return new Taken(Set.copyOf(forms), Set.copyOf(values));
    }

    /** The parts that something is refused of; a part without is as good as the tool's own calls. */
    void putParts(String tool, Map<ToolComparisonCountKey, ToolCallCounts> parts) {
        if (sameArguments.errors() > 0) {
            parts.put(new ToolComparisonCountKey(tool, ToolComparisonCountKey.Kind.SAME_ARGUMENTS), sameArguments);
        }
        if (sameForm.errors() > 0) {
            parts.put(new ToolComparisonCountKey(tool, ToolComparisonCountKey.Kind.SAME_FORM), sameForm);
        }
    }
}
