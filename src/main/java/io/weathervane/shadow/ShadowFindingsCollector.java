package io.weathervane.shadow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Findings of a comparison up to now, within bounds. One thread fills it. */
final class ShadowFindingsCollector {
    /** Places kept in which answers differ; further ones are counted. */
    static final int DIFFERENCES_MAX = 100;

    /** Notes kept of each kind. */
    private static final int NOTES_MAX = 100;

    /** A difference and how often it was seen. */
    static final class Seen {
        final CallDifference first;
        long times;

        Seen(CallDifference first) {
            this.first = first;
        }
    }

    final Map<String, ToolCallFigures> tools = new TreeMap<>();
    final Map<String, Seen> differences = new LinkedHashMap<>();
    final Map<String, Long> nondeterministic = new TreeMap<>();

    /** Calls by tool that the active worker fails at and the canary does not, and nothing accepts that. */
    final Map<String, Long> fixed = new TreeMap<>();

    /** The same where it is accepted. */
    final Map<String, Long> acceptedFixes = new TreeMap<>();

    final Map<String, Long> skipped = new TreeMap<>();
    final Map<ShadowCall.Source, Long> compared = new TreeMap<>();
    long differencesOmitted;
    long mirrorDropped;
    int canaryFailures;
    int activeFailures;
    private String firstCanaryFailure = "";
    private Optional<String> stopped = Optional.empty();

    ToolCallFigures tool(String name) {
        return tools.computeIfAbsent(name, key -> new ToolCallFigures());
    }

    void compared(ShadowCall call, ShadowAnswer active, ShadowAnswer canary) {
        compared.merge(call.source(), 1L, Long::sum);
        tool(call.tool()).add(active, canary);
    }

    void add(CallDifference difference) {
        Seen seen = differences.get(difference.place());
        if (seen == null && differences.size() == DIFFERENCES_MAX) {
            differencesOmitted++;
        } else {
            differences.computeIfAbsent(difference.place(), place -> new Seen(difference)).times++;
        }
    }

    void nondeterministic(ShadowCall call, String pointer) {
        note(nondeterministic, call.tool() + " " + pointer);
    }

    void skipped(ShadowCall call, String why) {
        note(skipped, call.source().wireName() + " " + call.tool() + ": " + why);
    }

    private static void note(Map<String, Long> notes, String text) {
        if (notes.containsKey(text) || notes.size() < NOTES_MAX) {
            notes.merge(text, 1L, Long::sum);
        }
    }

    /** Sums up calls. */
    static long sum(Map<String, Long> calls) {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The canary gave no answer where the active worker gave one. */
    void canaryFailed(String words) {
        firstCanaryFailure = canaryFailures == 0 ? words : firstCanaryFailure;
        canaryFailures++;
    }

    String firstCanaryFailure() {
        return firstCanaryFailure;
    }

    /** Ends the comparison; the first reason stays. */
    void stop(String why) {
        stopped = stopped.or(() -> Optional.of(why));
    }

    Optional<String> stopped() {
        return stopped;
    }

    long callsCompared() {
        return compared.values().stream().mapToLong(Long::longValue).sum();
    }

    long callsDifferent() {
        return tools.values().stream().mapToLong(tool -> tool.different).sum();
    }

    long activeErrors() {
        return tools.values().stream().mapToLong(tool -> tool.activeErrors).sum();
    }

    long canaryErrors() {
        return tools.values().stream().mapToLong(tool -> tool.canaryErrors).sum();
    }
}
