package io.weathervane.gateway;

import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerManager;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A call that a legacy worker only makes as a task, for a client that waits for the result in one request. */
final class TaskThenResult {
    private TaskThenResult() {}

    /** Makes the task and waits for its result, and cancels it with the call. */
    static WorkerAnswer of(WorkerManager workers, String tool, ObjectNode arguments, WorkerScope scope) {
        WorkerAnswer made = workers.call(tool, arguments, scope.asTask());
        String id = made.result().path("task").path("taskId").asString("");
        if (id.isEmpty()) {
            return made;
        }
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("taskId", id);
        scope.onCancel(() -> workers.tasks().giveUp(id, scope));
        return workers.tasks().request("tasks/result", params, scope).orElse(made);
    }
}
