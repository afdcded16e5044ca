package io.weathervane.gateway;

import io.weathervane.mcp.OtherTasks;
import io.weathervane.tool.CallScope;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tasks that the workers have.
 *
 * @param awaitWorkers called before the worker is looked at, which may still be starting
 */
public record WorkerTasks(WorkerManager workers, Runnable awaitWorkers) implements OtherTasks {
    @Override
    public boolean areOffered() {
        awaitWorkers.run();
        return workers.tasks().areOffered();
    }

    @Override
    public Optional<ObjectNode> request(String method, ObjectNode params, CallScope scope) {
        try {
            return workers.tasks()
                    .request(method, params, WorkerScope.of(scope))
                    .map(WorkerAnswer::result);
        } catch (WorkerCallException e) {
            throw WorkerErrors.ofContent(e);
        }
    }

    @Override
    public ObjectNode list(CallScope scope) {
        try {
            return workers.tasks().list(WorkerScope.of(scope));
        } catch (WorkerCallException e) {
            throw WorkerErrors.ofContent(e);
        }
    }
}
