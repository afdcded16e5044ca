package io.weathervane.mcp;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Listeners to the state of our own tasks. */
final class TaskStatusListeners {
    private final Map<String, Set<Consumer<String>>> byTask = new ConcurrentHashMap<>();

    /** @param follower gets the task's id; quick */
    void add(String task, Consumer<String> follower) {
        byTask.computeIfAbsent(task, id -> ConcurrentHashMap.newKeySet()).add(follower);
    }

    void remove(String task, Consumer<String> follower) {
        byTask.computeIfPresent(task, (id, followers) -> {
            followers.remove(follower);
            return followers.isEmpty() ? null : followers;
        });
    }

    void changed(String task) {
        byTask.getOrDefault(task, Set.of()).forEach(follower -> follower.accept(task));
    }
}
