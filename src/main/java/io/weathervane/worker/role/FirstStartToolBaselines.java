package io.weathervane.worker.role;

import io.weathervane.worker.WorkerRelease;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tool definitions that each release had at its first start, and the drift from them since. Starting a release as a
 * canary takes a new baseline: the operator who promotes it sees those definitions.
 */
final class FirstStartToolBaselines {
    /** Releases that are remembered; the one not seen for longest is forgotten. */
    private static final int RELEASES_MAX = 64;

    /** Differences that are named; the rest is a number. */
    private static final int CHANGES_MAX = 20;

    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > RELEASES_MAX;
        }
    };

    private record Known(WorkerRelease release, Map<String, ObjectNode> first, List<String> changes) {}

    /** Remembers the tools of a release that is looked at afresh. */
    synchronized void begin(WorkerRelease release, List<ObjectNode> tools) {
        known.put(release.label(), new Known(release, byName(tools), List.of()));
    }

    /** Compares the tools with the first ones; what is different, if that is not what was said last. */
    synchronized Optional<List<String>> look(WorkerRelease release, List<ObjectNode> tools) {
        @Nullable Known before = known.get(release.label());
        if (before == null || !before.release().equals(release)) {
            begin(release, tools);
            return Optional.empty();
        }
        List<String> changes = differences(before.first(), byName(tools));
        if (changes.equals(before.changes())) {
            return Optional.empty();
        }
        known.put(release.label(), new Known(release, before.first(), changes));
        return Optional.of(changes);
    }

    /** What is different now; nothing when the release is not known. */
    synchronized List<String> changes(String label) {
        @Nullable Known now = known.get(label);
        return now == null ? List.of() : now.changes();
    }

    private static Map<String, ObjectNode> byName(List<ObjectNode> tools) {
        Map<String, ObjectNode> named = new TreeMap<>();
        tools.forEach(tool -> named.put(tool.path("name").asString(""), tool));
        return named;
    }

    /** The definitions whole, descriptions too: a model acts on every word of them. */
    private static List<String> differences(Map<String, ObjectNode> first, Map<String, ObjectNode> now) {
        List<String> changes = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(first.keySet());
        names.addAll(now.keySet());
        for (String name : names) {
            if (!first.containsKey(name)) {
                changes.add("added " + name);
            } else if (!now.containsKey(name)) {
                changes.add("removed " + name);
            } else if (!Objects.equals(first.get(name), now.get(name))) {
                changes.add("changed " + name + " (" + String.join(", ", parts(first.get(name), now.get(name))) + ")");
            }
        }
        int more = changes.size() - CHANGES_MAX;
        if (more > 0) {
            changes.subList(CHANGES_MAX, changes.size()).clear();
            changes.add(more + " more");
        }
        return changes;
    }

    private static Set<String> parts(ObjectNode first, ObjectNode now) {
        Set<String> parts = new TreeSet<>(first.propertyNames());
        parts.addAll(now.propertyNames());
        parts.removeIf(part -> Objects.equals(first.get(part), now.get(part)));
        return parts;
    }
}
