package io.weathervane.shadow;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Excuses differences in fields that the active worker itself, asked twice, answers differently. It excuses them only
 * while the canary has a value of the same kind there. Pure.
 */
final class NondeterminismFilter {
    /** It says the same each time, or there is no second answer: nothing is excused. */
    static final NondeterminismFilter STEADY = new NondeterminismFilter(List.of());

    /** It fails at one time and not at the other, and so it does as the canary did: everything is excused. */
    static final NondeterminismFilter NONE = new NondeterminismFilter(List.of());

    private final List<ValueDifference> nondeterministic;

    private NondeterminismFilter(List<ValueDifference> nondeterministic) {
        this.nondeterministic = nondeterministic;
    }

    /**
     * @param once the active worker's result, normalised
     * @param again its result to the same call
     */
    static NondeterminismFilter of(JsonNode once, JsonNode again) {
        return new NondeterminismFilter(ResultDiff.of(once, again));
    }

    /** Whether the active worker itself differs so at this place. */
    boolean excuses(ValueDifference difference) {
        return this == NONE
                || nondeterministic.stream()
                        .anyMatch(
                                place -> covers(place.pointer(), difference.pointer()) && sameKind(place, difference));
    }

    private static boolean covers(String place, String pointer) {
        return pointer.equals(place) || pointer.startsWith(place + "/");
    }

    private static boolean sameKind(ValueDifference place, ValueDifference difference) {
        JsonNode canary = difference.canary();
        if (!difference.pointer().equals(place.pointer())) {
            return true;
        }
        if (place.active().isString() && place.canary().isString() && canary.isString()) {
            return sameWords(place.active().stringValue(), place.canary().stringValue(), canary.stringValue());
        }
        return canary.getNodeType() == place.active().getNodeType()
                || canary.getNodeType() == place.canary().getNodeType();
    }

    /**
     * Whether the canary's text has the words that both of the active worker's have. One word, or texts of different
     * length, may be anything.
     */
    private static boolean sameWords(String once, String again, String canary) {
        String[] before = once.split("\\s+", /* limit= */ -1);
        String[] after = again.split("\\s+", /* limit= */ -1);
        String[] words = canary.split("\\s+", /* limit= */ -1);
        if (before.length != after.length) {
            return true;
        }
        if (words.length != before.length) {
            return false;
        }
        for (int word = 0; word < words.length; word++) {
            if (before[word].equals(after[word]) && !words[word].equals(before[word])) {
                return false;
            }
        }
        return true;
    }
}
