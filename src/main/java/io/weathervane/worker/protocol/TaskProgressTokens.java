package io.weathervane.worker.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** By which number the worker tells of the progress of a task: that of the request that made it. */
final class TaskProgressTokens {
    /** Most that are remembered; the oldest go first. */
    private static final int TOKENS_MAX = 1024;

    private final Map<Long, String> tasks = new LinkedHashMap<>();

    synchronized void put(long token, String task) {
        tasks.put(token, task);
        if (tasks.size() > TOKENS_MAX) {
            tasks.remove(tasks.keySet().iterator().next());
        }
    }

    synchronized Optional<String> find(long token) {
        return Optional.ofNullable(tasks.get(token));
    }
}
