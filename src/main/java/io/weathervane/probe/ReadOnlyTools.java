package io.weathervane.probe;

import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tools of a worker that it annotates with {@code readOnlyHint: true}: the only ones that a call of our own may name. */
final class ReadOnlyTools {
    private ReadOnlyTools() {}

    /** None while there is no worker in this role. The set may be changed. */
    static Set<String> of(WorkerManager workers, Role role) {
        return listed(workers, role).entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Each tool and whether it only reads. Also a tool that a list names twice changes nothing only if both say so. */
    static Map<String, Boolean> listed(WorkerManager workers, Role role) {
        return workers.tools(role).stream()
                .collect(Collectors.groupingBy(
                        tool -> tool.path("name").asString(""),
                        Collectors.reducing(true, ReadOnlyHint::isIn, Boolean::logicalAnd)));
    }
}
