package io.weathervane.gateway;

import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerManager;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A call that a legacy worker only makes as a task, for a client that waits for the result in one request. */
final class BlockingTaskCall {
    private BlockingTaskCall() {}

    /** Makes the task and waits for its result, and cancels it with the call. */
    static WorkerAnswer of(WorkerManager workers, String tool, ObjectNode arguments, ChannelCallContext channel) {
        WorkerAnswer made = workers.call(tool, arguments, channel.asTask());
        String id = made.result().path("task").path("taskId").asString("");
        if (id.isEmpty()) {
            return made;
        }
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("taskId", id);
        channel.onCancel(() -> workers.tasks().giveUp(id, channel));
        return workers.tasks().request("tasks/result", params, channel).orElse(made);
    }
}
