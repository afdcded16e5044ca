package io.weathervane.shadow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Differences of a canary's tools from the active worker's, as both stand in {@code tools/list}.
 *
 * @param differences the blocking ones first, then the accepted ones, each by severity, else in the order of the lists
 * @param unmatched what is accepted and is no blocking change of a definition: a slip of the pen, or done long ago
 * @param counts how many there are, also of those that are not listed
 */
public record ToolListDifferences(
        List<ToolDifference> differences,
        List<AcceptedToolChange> unmatched,
        Map<ToolDifference.Standing, Map<ToolDifference.Severity, Long>> counts) {
    /** Of workers that were not compared, or do not differ. */
    static final ToolListDifferences NOTHING = new ToolListDifferences(List.of(), List.of(), Map.of());

    /** Differences kept; a canary that is wholly another server needs no longer list. */
    private static final int DIFFERENCES_MAX = 500;

    public ToolListDifferences {
        differences = List.copyOf(differences);
        unmatched = List.copyOf(unmatched);
        counts = Map.copyOf(counts);
    }

    /** Compares two lists, nothing being accepted; pure. */
    public static ToolListDifferences of(List<ObjectNode> active, List<ObjectNode> canary) {
        return of(active, canary, List.of());
    }

    /** Compares two lists; pure. */
    public static ToolListDifferences of(
            List<ObjectNode> active, List<ObjectNode> canary, List<AcceptedToolChange> accepted) {
        List<ToolDifference> found = found(active, canary);
        List<AcceptedToolChange> unmatched = accepted.stream()
                .filter(change -> change.kind() != AcceptedToolChange.Kind.FIXED)
                .filter(change -> found.stream().noneMatch(change::covers))
                .toList();
        // Judged before the list is cut: what is left out must not hide what blocks.
        List<ToolDifference> sorted = found.stream()
                .map(each -> judged(each, accepted))
                .sorted(Comparator.comparing(ToolDifference::standing).thenComparing(ToolDifference::severity))
                .toList();
        return new ToolListDifferences(
                sorted.stream().limit(DIFFERENCES_MAX).toList(),
                unmatched,
                sorted.stream()
                        .collect(Collectors.groupingBy(
                                ToolDifference::standing,
                                Collectors.groupingBy(ToolDifference::severity, Collectors.counting()))));
    }

    private static ToolDifference judged(ToolDifference difference, List<AcceptedToolChange> accepted) {
        return accepted.stream().anyMatch(change -> change.covers(difference)) ? difference.asAccepted() : difference;
    }

    private static List<ToolDifference> found(List<ObjectNode> active, List<ObjectNode> canary) {
        List<ToolDifference> found = new ArrayList<>();
        Map<String, ObjectNode> before = byName(active);
        Map<String, ObjectNode> after = byName(canary);
        doubled(canary, found);
        before.forEach((name, definition) -> {
            ObjectNode other = after.get(name);
            if (other == null) {
                found.add(new ToolDifference(
                        ToolDifference.Kind.REMOVED, name, "", /* blocking= */ true, "the tool is gone"));
            } else {
                found.addAll(ToolDefinitionComparer.of(name, definition, other));
            }
        });
        after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> found.add(new ToolDifference(
                        ToolDifference.Kind.ADDED, name, "", /* blocking= */ false, "the tool is new")));
        order(before, after, found);
        return found;
    }

    private static Map<String, ObjectNode> byName(List<ObjectNode> tools) {
        Map<String, ObjectNode> named = new LinkedHashMap<>();
        tools.forEach(tool -> named.putIfAbsent(name(tool), tool));
        return named;
    }

    /** Which of two definitions of one name a client takes, the server cannot know. */
    private static void doubled(List<ObjectNode> canary, List<ToolDifference> found) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        canary.forEach(tool -> counts.merge(name(tool), 1, Integer::sum));
        counts.forEach((name, count) -> {
            if (count > 1) {
                found.add(new ToolDifference(
                        ToolDifference.Kind.OTHER_CHANGED,
                        name,
                        "",
                        /* blocking= */ true,
                        "this name is listed " + count + " times"));
            }
        });
    }

    private static void order(
            Map<String, ObjectNode> before, Map<String, ObjectNode> after, List<ToolDifference> found) {
        List<String> shared =
                before.keySet().stream().filter(after::containsKey).toList();
        List<String> now = after.keySet().stream().filter(before::containsKey).toList();
        if (!shared.equals(now)) {
            found.add(new ToolDifference(
                    ToolDifference.Kind.OTHER_CHANGED,
                    "",
                    "",
                    /* blocking= */ false,
                    "the tools come in another order: " + String.join(", ", now)));
        }
    }

    private static String name(ObjectNode tool) {
        return tool.path("name").asString("");
    }

    public List<ToolDifference> blocking() {
        return differences.stream().filter(ToolDifference::blocking).toList();
    }

    List<ToolDifference> accepted() {
        return differences.stream().filter(ToolDifference::accepted).toList();
    }

    /** Number of all differences, also of those that are not listed. */
    long total() {
        return counts.keySet().stream().mapToLong(this::count).sum();
    }

    /** Number of differences of this standing, also of those that are not listed. */
    public long count(ToolDifference.Standing standing) {
        return counts.getOrDefault(standing, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Number of differences that are neither blocking nor accepted. */
    long notes() {
        return count(ToolDifference.Standing.NOTE);
    }

    /** Changes that an operator may accept so that nothing blocks, once for each tool and kind. */
    public List<AcceptedToolChange> acceptable() {
        return blocking().stream()
                .map(AcceptedToolChange::of)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /** Whether the canary takes other arguments of this tool on purpose, so that callers' old ones say nothing. */
    boolean takesOtherArguments(String tool) {
        return accepted().stream()
                .anyMatch(each ->
                        each.tool().equals(tool) && each.pointer().startsWith(ToolDefinitionComparer.INPUT_POINTER));
    }

    /** Whether callers of the active worker could be hurt. */
    public boolean blocks() {
        return !blocking().isEmpty();
    }
}
