package io.weathervane.shadow;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the places where two results differ; pure. */
final class ResultDiff {
    /** Most places kept of one pair of results. */
    static final int PLACES_MAX = 20;

    private final List<ValueDifference> found = new ArrayList<>();

    private ResultDiff() {}

    static List<ValueDifference> of(JsonNode active, JsonNode canary) {
        ResultDiff diff = new ResultDiff();
        diff.compare("", active, canary);
        return List.copyOf(diff.found);
    }

    private void compare(String pointer, JsonNode active, JsonNode canary) {
        if (found.size() == PLACES_MAX || JsonEquality.values(active, canary)) {
            return;
        }
        if (active instanceof ObjectNode before && canary instanceof ObjectNode after) {
            objects(pointer, before, after);
        } else if (active instanceof ArrayNode before && canary instanceof ArrayNode after) {
            arrays(pointer, before, after);
        } else {
            add(pointer, active, canary);
        }
    }

    private void objects(String pointer, ObjectNode active, ObjectNode canary) {
        active.propertyNames()
                .forEach(name -> compare(
                        pointer + "/" + JsonPointerEscaping.escaped(name), active.path(name), canary.path(name)));
        canary.propertyNames().stream()
                .filter(name -> !active.has(name))
                .forEach(name -> add(
                        pointer + "/" + JsonPointerEscaping.escaped(name),
                        MissingNode.getInstance(),
                        canary.path(name)));
    }

    /** Distinguishes items that are on one side only from items of one place that differ. */
    private void arrays(String pointer, ArrayNode active, ArrayNode canary) {
        if (active.size() == canary.size()) {
            for (int index = 0; index < active.size(); index++) {
                compare(pointer + "/" + index, active.get(index), canary.get(index));
            }
            return;
        }
        int shorter = Math.min(active.size(), canary.size());
        int start = 0;
        while (start < shorter && JsonEquality.values(active.get(start), canary.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start
                && JsonEquality.values(active.get(active.size() - 1 - end), canary.get(canary.size() - 1 - end))) {
            end++;
        }
        int shared = shorter - end;
        for (int index = start; index < shared; index++) {
            compare(pointer + "/" + index, active.get(index), canary.get(index));
        }
        for (int index = shared; index < active.size() - end; index++) {
            add(pointer + "/" + index, active.get(index), MissingNode.getInstance());
        }
        for (int index = shared; index < canary.size() - end; index++) {
            add(pointer + "/" + index, MissingNode.getInstance(), canary.get(index));
        }
    }

    private void add(String pointer, JsonNode active, JsonNode canary) {
        if (found.size() < PLACES_MAX) {
            found.add(new ValueDifference(pointer, active, canary));
        }
    }
}
