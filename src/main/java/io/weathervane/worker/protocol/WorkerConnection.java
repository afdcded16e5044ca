package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.worker.WorkerCallException;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Carries the messages of a {@link WorkerChannel} to a worker, and the worker's to the channel. */
public interface WorkerConnection {
    /** Begins to receive. */
    void begin();

    /**
     * Sends a request, or has it sent soon; what comes of it the channel is told.
     *
     * @param alone whether the worker has no other call now
     * @throws WorkerCallException when it cannot be sent
     */
    void send(JsonRpcMessage.Request request, PendingCall call, boolean alone);

    /** Sends what no call waits for; false when it had to be dropped. */
    boolean offer(JsonRpcMessage message);

    /** The worker has answered this call. */
    default void answered(PendingCall call) {}

    /** No caller waits for this call any longer, whether it is answered or not. */
    default void over(PendingCall call) {}

    /** Why clients must not be offered this tool over such a connection; empty when they may. */
    default Optional<String> problem(ObjectNode tool) {
        return Optional.empty();
    }

    /** Sends nothing after what was sent before; false when that cannot be said to the worker. */
    boolean close();
}
