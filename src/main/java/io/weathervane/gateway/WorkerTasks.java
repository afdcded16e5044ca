package io.weathervane.gateway;

import io.weathervane.mcp.UpstreamTasks;
import io.weathervane.tool.CallChannel;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerTaskSubscription;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tasks that the workers have.
 *
 * @param awaitWorkers called before the worker is looked at, which may still be starting
 */
public record WorkerTasks(WorkerManager workers, Runnable awaitWorkers) implements UpstreamTasks {
    @Override
    public boolean areOffered() {
        awaitWorkers.run();
        return workers.tasks().areOffered();
    }

    @Override
    public Optional<ObjectNode> request(String method, ObjectNode params, CallChannel channel) {
        try {
            return workers.tasks()
                    .request(method, params, ChannelCallContext.of(channel))
                    .map(WorkerAnswer::result);
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }

    @Override
    public Followed follow(
            Set<String> ids, CallChannel channel, BiConsumer<String, ObjectNode> onStatus, Runnable lost) {
        WorkerTaskSubscription tasks = workers.tasks().follow(ids, ChannelCallContext.of(channel), onStatus, lost);
        return new Followed() {
            @Override
            public Set<String> ids() {
                return tasks.ids();
            }

            @Override
            public void catchUp() {
                tasks.catchUp();
            }

            @Override
            public void close() {
                tasks.close();
            }
        };
    }

    @Override
    public ObjectNode list(CallChannel channel) {
        try {
            return workers.tasks().list(ChannelCallContext.of(channel));
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e, workers.service());
        }
    }
}
