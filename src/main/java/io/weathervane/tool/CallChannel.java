package io.weathervane.tool;

import io.weathervane.jsonrpc.ClientCall;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.InputRequiredException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Channel from a running call to its caller: for progress, log messages, questions and cancellation. Safe for use by
 * several threads.
 */
public interface CallChannel extends ClientCall {
    /**
     * Tells the caller how far the call is; does nothing when the caller did not ask (no progress token).
     *
     * @param progress must grow from call to call
     * @param total what {@code progress} reaches at the end
     */
    default void progress(double progress, double total, String message) {}

    /** Tells the caller another server's progress as it came: the params of {@code notifications/progress}. */
    default void progress(ObjectNode params) {}

    /** Tells the client something that another server's extension says in this call. */
    default void sendNotification(String method, ObjectNode params) {}

    /** Sends the client a log message, when it asked for this level. */
    default void log(LogLevel level, String logger, JsonNode data) {}

    /** Whether the client declared that it can answer questions of this kind. */
    default boolean canAsk(InputRequest.Kind kind) {
        return false;
    }

    /**
     * Asks the client and returns its answers, by the keys of the questions. A legacy client is asked while the
     * tool waits. A modern one is asked by ending the call: the tool then runs again from its start, so it
     * changes nothing before its last question, and asks the same questions in the same order each time.
     *
     * @throws InputRequiredException when the answers have to come with a further request; let it pass
     * @throws io.weathervane.jsonrpc.JsonRpcException when a modern client did not declare the capability
     * @throws ToolFailureException when a legacy client did not, does not answer in time, or answers with an error
     */
    default Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
        throw new ToolFailureException("This call needs an answer from a person, and this caller cannot be asked.");
    }

    /**
     * Brings another server's question to the client as it is; does not wait. The client may answer when this call has
     * ended, too.
     *
     * @param progress takes the params of the client's {@code notifications/progress} about the question; on any thread
     * @return the answer to come, as it is. It fails with {@link ClientRequestFailedException} when the client answers with an
     *     error, and with another exception when it does not answer. Cancelled, it tells the client that no answer is needed
     * @throws ToolFailureException when the client cannot be asked
     * @throws InputRequiredException when the answer has to come with a further request; let it pass
     */
    default CompletableFuture<ObjectNode> relay(InputRequest question, Consumer<ObjectNode> progress) {
        return CompletableFuture.completedFuture(
                Objects.requireNonNull(ask(Map.of("question", question)).get("question"))
                        .json());
    }

    /**
     * The same with a request of another server's extension, which MCP does not name.
     *
     * @throws ClientRequestFailedException where the client knows no requests of servers
     */
    default CompletableFuture<ObjectNode> relay(String method, ObjectNode params, Consumer<ObjectNode> progress) {
        throw new ClientRequestFailedException(
                ErrorCode.METHOD_NOT_FOUND.code(), "Method not found: " + method, /* data= */ null);
    }

    /** The mildest log message the client wants to see; empty when it wants none. */
    default Optional<LogLevel> logLevel() {
        return Optional.empty();
    }

    /** Sends the client another server's log message as it came, unless it asked for graver ones only, or is modern and did not ask. */
    default void message(LogLevel level, ObjectNode params) {}

    /**
     * Whether the client is asked by ending the call with {@link InputRequiredException}, and answers with a further one;
     * otherwise it is asked while the tool waits.
     */
    default boolean returnsQuestions() {
        return false;
    }

    /** State that was kept when the call ended with questions that this one answers; empty for a first call. */
    default Optional<ObjectNode> remembered() {
        return Optional.empty();
    }

    /** The answers that this call brings, as they came; for another server to judge. */
    default ObjectNode inputResponses() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The way to the client for what belongs to a task and comes after the answer; drops it where there is none. */
    default UnsolicitedNotificationChannel notices() {
        return UnsolicitedNotificationChannel.NONE;
    }

    /**
     * Closes the connection that the caller waits on, where the caller can come back for the answer (legacy HTTP with
     * an event stream); does nothing elsewhere. For a call that takes long.
     */
    default void detach() {}

    /** For calls that no client listens to and no client cancels. */
    static CallChannel none() {
        return new CallChannel() {};
    }
}
