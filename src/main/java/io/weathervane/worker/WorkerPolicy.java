package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * How all workers are treated.
 *
 * @param toolErrors how a tool result with {@code isError: true} counts
 * @param drainTimeout how long a worker that is to be stopped may go on with its calls in flight
 * @param startTimeout from spawn to ready
 * @param stopTimeout from closed stdin to SIGKILL; SIGTERM comes at half of it
 * @param replacementWait how long a call that lost its worker, or finds it dead, waits for the next one
 * @param standbyRetention how long the previous worker is kept running after a promotion; for ever when empty
 * @param messageBytes most bytes of one message of a worker's
 * @param clientCapabilities what clients can do beyond what every worker is told, as MCP's client capabilities
 */
public record WorkerPolicy(
        ToolErrors toolErrors,
        Duration drainTimeout,
        Duration startTimeout,
        Duration stopTimeout,
        Duration replacementWait,
        Optional<Duration> standbyRetention,
        RestartPolicy restart,
        int messageBytes,
        Supplier<ObjectNode> clientCapabilities) {
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REPLACEMENT_WAIT = Duration.ofSeconds(5);

    public WorkerPolicy(
            ToolErrors toolErrors,
            Duration drainTimeout,
            Duration startTimeout,
            Duration stopTimeout,
            Duration replacementWait,
            Optional<Duration> standbyRetention,
            RestartPolicy restart) {
        this(
                toolErrors,
                drainTimeout,
                startTimeout,
                stopTimeout,
                replacementWait,
                standbyRetention,
                restart,
                JsonRpcCodec.LINE_BYTES_MAX);
    }

    public WorkerPolicy(
            ToolErrors toolErrors,
            Duration drainTimeout,
            Duration startTimeout,
            Duration stopTimeout,
            Duration replacementWait,
            Optional<Duration> standbyRetention,
            RestartPolicy restart,
            int messageBytes) {
        this(
                toolErrors,
                drainTimeout,
                startTimeout,
                stopTimeout,
                replacementWait,
                standbyRetention,
                restart,
                messageBytes,
                JsonRpcCodec.JSON::createObjectNode);
    }

    public static WorkerPolicy defaults() {
        return new WorkerPolicy(
                ToolErrors.RELATIVE,
                DRAIN_TIMEOUT,
                START_TIMEOUT,
                STOP_TIMEOUT,
                REPLACEMENT_WAIT,
                Optional.empty(),
                RestartPolicy.defaults());
    }

    /** The same with what the configuration file can say. */
    public WorkerPolicy with(ToolErrors newToolErrors, Duration newDrainTimeout) {
        return new WorkerPolicy(
                newToolErrors,
                newDrainTimeout,
                startTimeout,
                stopTimeout,
                replacementWait,
                standbyRetention,
                restart,
                messageBytes,
                clientCapabilities);
    }

    public WorkerPolicy withClient(Supplier<ObjectNode> newClientCapabilities) {
        return new WorkerPolicy(
                toolErrors,
                drainTimeout,
                startTimeout,
                stopTimeout,
                replacementWait,
                standbyRetention,
                restart,
                messageBytes,
                newClientCapabilities);
    }
}
