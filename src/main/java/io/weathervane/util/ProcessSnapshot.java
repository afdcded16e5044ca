package io.weathervane.util;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The processes of this machine as one look at {@code /proc} found them, by their {@link ChildProcessMarker} and by their
 * parents. All that ask at the same time share a look: when a hundred children are ended at once, a look for each would cost
 * a hundred times a look at every process there is.
 *
 * @param byMark running processes by what they have as {@link ChildProcessMarker#VARIABLE}
 * @param byParent running processes by the number of their parent
 */
record ProcessSnapshot(Map<String, List<ProcessHandle>> byMark, Map<Long, List<ProcessHandle>> byParent) {
    private static final ReentrantLock LOOKING = new ReentrantLock();

    /** Looks that were begun, the one under way too; changed under the lock. */
    private static volatile long begun;

    private static ProcessSnapshot last = new ProcessSnapshot(Map.of(), Map.of());

    /** A look that begins after this call; of those that wait for one at the same time one looks for all. */
    static ProcessSnapshot now() {
        long before = begun;
        LOOKING.lock();
        try {
            if (begun == before) {
                begun = before + 1;
                last = look();
            }
            return last;
        } finally {
            LOOKING.unlock();
        }
    }

    private static ProcessSnapshot look() {
        Map<String, List<ProcessHandle>> byMark = new HashMap<>();
        Map<Long, List<ProcessHandle>> byParent = new HashMap<>();
        for (ProcFileSystem.Found one : ProcFileSystem.everything()) {
            byParent.computeIfAbsent(one.parent(), any -> new ArrayList<>()).add(one.handle());
            one.marked()
                    .variable(ChildProcessMarker.VARIABLE)
                    .ifPresent(mark -> byMark.computeIfAbsent(mark, any -> new ArrayList<>())
                            .add(one.handle()));
        }
        return new ProcessSnapshot(byMark, byParent);
    }

    /** The processes that have this value: a child and all that it started, unless it took the variable away. */
    List<ProcessHandle> marked(String value) {
        return byMark.getOrDefault(value, List.of());
    }

    /** All that the process started, directly or not; asked of the JDK where there is no {@code /proc}. */
    Set<ProcessHandle> descendants(ProcessHandle process) {
        Set<ProcessHandle> found = new LinkedHashSet<>();
        if (byParent.isEmpty()) {
            process.descendants().forEach(found::add);
            return found;
        }
        Deque<ProcessHandle> left = new ArrayDeque<>(List.of(process));
        while (!left.isEmpty()) {
            for (ProcessHandle child : byParent.getOrDefault(left.remove().pid(), List.of())) {
                if (found.add(child)) {
                    left.add(child);
                }
            }
        }
        return found;
    }
}
