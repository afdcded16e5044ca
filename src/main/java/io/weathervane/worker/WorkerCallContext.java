package io.weathervane.worker;

import io.weathervane.jsonrpc.ClientCall;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequiredException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Caller's side of a call to a worker: what the worker may tell the caller and ask it, and what the caller tells the
 * worker. Safe for use by several threads.
 */
public interface WorkerCallContext extends ClientCall {
    /** The worker said how far it is; called only when {@link #meta} has a {@code progressToken}. */
    default void progress(double progress, OptionalDouble total, Optional<String> message) {}

    /** The same, as the worker said it: the params of {@code notifications/progress}. */
    default void progressed(ObjectNode params) {
        JsonNode done = params.path("progress");
        JsonNode total = params.path("total");
        JsonNode message = params.path("message");
        if (done.isNumber()) {
            progress(
                    done.doubleValue(),
                    total.isNumber() ? OptionalDouble.of(total.doubleValue()) : OptionalDouble.empty(),
                    message.isString() ? Optional.of(message.stringValue()) : Optional.empty());
        }
    }

    /** Passes on a notification of an extension of the worker's. */
    default void forwardNotification(String method, ObjectNode params) {}

    /** The mildest log message the client wants to see, by its name in MCP; empty when it wants none. */
    default Optional<String> logLevel() {
        return Optional.empty();
    }

    /** Passes on a log message of the worker's: the params of {@code notifications/message}. */
    default void message(ObjectNode params) {}

    /** Params that make this call the continuation of an earlier one: the client's answers and the worker's state. */
    default ObjectNode continuation() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Brings a question of the worker's to the client; on the call's own thread, which does not wait for the answer.
     * What it throws ends the call.
     *
     * @return the reply to come, which tells the client when it is cancelled that it is not needed any more
     * @throws InputRequiredException when the answer comes with a further request of the client: the call awaits it until
     *     then
     */
    default CompletableFuture<WorkerInputReply> ask(WorkerInputRequest inputRequest) {
        return CompletableFuture.completedFuture(
                new WorkerInputReply.Refusal(ErrorCode.METHOD_NOT_FOUND.code(), "this call cannot ask its client"));
    }

    /** Where the client hears of its tasks after the call has ended: method and params of notifications. */
    default BiConsumer<String, ObjectNode> notices() {
        return (method, params) -> {};
    }

    /** The label or role of the one worker that the caller wants; any that fits when empty. */
    default Optional<String> pinned() {
        return Optional.empty();
    }

    /** For calls that no client listens to and no client cancels. */
    static WorkerCallContext none() {
        return new WorkerCallContext() {};
    }
}
