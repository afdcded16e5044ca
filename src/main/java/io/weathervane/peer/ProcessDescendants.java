package io.weathervane.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The processes that have a given one among their parents. Pure: it is told each process's parent. */
final class ProcessDescendants {
    private ProcessDescendants() {}

    /**
     * All descendants of a process, which is not one of its own.
     *
     * @param parents each process's parent; circles, which a table read while it changes may have, end the search
     */
    public static Set<Long> descendants(Map<Long, Long> parents, long root) {
        Map<Long, List<Long>> children = new HashMap<>();
        parents.forEach((child, parent) ->
                children.computeIfAbsent(parent, any -> new ArrayList<>()).add(child));
        Set<Long> found = new HashSet<>();
        Deque<Long> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            for (long child : children.getOrDefault(open.remove(), List.of())) {
                if (child != root && found.add(child)) {
                    open.add(child);
                }
            }
        }
        return found;
    }
}
