package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Policy for all workers.
 *
 * @param toolErrors how a tool result with {@code isError: true} counts
 * @param messageBytes most bytes of one message of a worker's, or of a client on stdio
 * @param clientCapabilities what clients can do beyond what every worker is told, as MCP's client capabilities
 */
public record WorkerPolicy(
        ToolErrorPolicy toolErrors,
        WorkerTimeouts timeouts,
        RestartPolicy restart,
        int messageBytes,
        Supplier<ObjectNode> clientCapabilities) {
    /** For clients that can do no more than every worker is told. */
    public WorkerPolicy(ToolErrorPolicy toolErrors, WorkerTimeouts timeouts, RestartPolicy restart, int messageBytes) {
        this(toolErrors, timeouts, restart, messageBytes, NoCapabilities.INSTANCE);
    }

    public static WorkerPolicy defaults() {
        return new WorkerPolicy(
                ToolErrorPolicy.RELATIVE,
                WorkerTimeouts.defaults(),
                RestartPolicy.defaults(),
                JsonRpcCodec.LINE_BYTES_MAX);
    }

    public WorkerPolicy with(WorkerTimeouts other, RestartPolicy otherRestart) {
        return new WorkerPolicy(toolErrors, other, otherRestart, messageBytes, clientCapabilities);
    }

    public WorkerPolicy with(ToolErrorPolicy otherToolErrors) {
        return new WorkerPolicy(otherToolErrors, timeouts, restart, messageBytes, clientCapabilities);
    }

    public WorkerPolicy withClient(Supplier<ObjectNode> newClientCapabilities) {
        return new WorkerPolicy(toolErrors, timeouts, restart, messageBytes, newClientCapabilities);
    }

    public Duration drainTimeout() {
        return timeouts.drainTimeout();
    }

    public Duration startTimeout() {
        return timeouts.startTimeout();
    }

    public Duration stopTimeout() {
        return timeouts.stopTimeout();
    }

    public Duration replacementWait() {
        return timeouts.replacementWait();
    }

    public Optional<Duration> standbyRetention() {
        return timeouts.standbyRetention();
    }

    /** One value, so that two policies with the same numbers are the same. */
    private enum NoCapabilities implements Supplier<ObjectNode> {
        INSTANCE;

        @Override
        public ObjectNode get() {
            return JsonRpcCodec.JSON.createObjectNode();
        }
    }
}
