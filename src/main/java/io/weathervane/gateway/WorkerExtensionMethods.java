package io.weathervane.gateway;

import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.tool.CallChannel;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import tools.jackson.databind.node.ObjectNode;

/** The methods of the active worker's extensions. */
public record WorkerExtensionMethods(WorkerManager workers) implements UpstreamExtensionMethods {
    @Override
    public boolean areOffered() {
        return workers.content().serverInfo().announcesExtensions();
    }

    @Override
    public ObjectNode request(String method, ObjectNode params, CallChannel channel) {
        try {
            return new WorkerCallBridge(
                            workers, channel, by -> workers.content().requestOnce(method, params, by))
                    .result();
        } catch (WorkerCallException e) {
            throw WorkerErrorMapper.ofContent(e);
        }
    }

    @Override
    public void notified(String method, ObjectNode params) {
        workers.content().sendNotification(method, params);
    }
}
