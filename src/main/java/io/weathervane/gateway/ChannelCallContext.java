package io.weathervane.gateway;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.ClientRequestFailedException;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerInputRequest;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our caller, as the worker's side sees it.
 *
 * @param continuation what makes the call go on with an earlier one, empty for a first one
 * @param boundTo the worker that the call has to go to because it began there; any that fits when empty
 * @param task what makes it a call that goes on as a task of a legacy worker's
 */
record ChannelCallContext(
        CallChannel caller, ObjectNode continuation, Optional<String> boundTo, Optional<ObjectNode> task)
        implements WorkerCallContext {
    ChannelCallContext(CallChannel caller, ObjectNode continuation, Optional<String> boundTo) {
        this(caller, continuation, boundTo, caller.task());
    }

    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    static ChannelCallContext of(CallChannel caller) {
        return new ChannelCallContext(caller, NOTHING, Optional.empty());
    }

    /** The same call, to go on as a task. */
    ChannelCallContext asTask() {
        return new ChannelCallContext(
                caller, continuation, boundTo, Optional.of(JsonNodeFactory.instance.objectNode()));
    }

    @Override
    public void progress(double progress, OptionalDouble total, Optional<String> message) {
        caller.progress(progress, total.orElse(0), message.orElse(""));
    }

    @Override
    public void progressed(ObjectNode params) {
        caller.progress(params);
    }

    @Override
    public void forwardNotification(String method, ObjectNode params) {
        caller.sendNotification(method, params);
    }

    @Override
    public boolean cancelled() {
        return caller.cancelled();
    }

    @Override
    public Optional<String> cancelReason() {
        return caller.cancelReason();
    }

    @Override
    public boolean isBlocked() {
        return caller.isBlocked();
    }

    @Override
    public void onCancel(Runnable action) {
        caller.onCancel(action);
    }

    @Override
    public ObjectNode meta() {
        return RequestedWorkerReader.without(caller.meta());
    }

    @Override
    public Optional<String> pinned() {
        return boundTo.or(() -> RequestedWorkerReader.of(caller.meta()));
    }

    @Override
    public String callerKey() {
        return caller.callerKey();
    }

    @Override
    public ObjectNode clientCapabilities() {
        return caller.clientCapabilities();
    }

    @Override
    public boolean hasNullArguments() {
        return caller.hasNullArguments();
    }

    @Override
    public ObjectNode unknownParams() {
        return caller.unknownParams();
    }

    @Override
    public String owner() {
        return caller.owner();
    }

    @Override
    public boolean seesUnknownTasks() {
        return caller.seesUnknownTasks();
    }

    @Override
    public BiConsumer<String, ObjectNode> notices() {
        return caller.notices()::sendNotification;
    }

    @Override
    public void afterAnswer(Runnable action) {
        caller.afterAnswer(action);
    }

    @Override
    public Optional<String> logLevel() {
        return caller.logLevel().map(LogLevel::wireName);
    }

    @Override
    public void message(ObjectNode params) {
        LogLevel.of(params.path("level").asString("")).ifPresent(level -> caller.message(level, params));
    }

    @Override
    public Optional<Object> audience() {
        return caller.audience();
    }

    /** A client that is asked by ending its call and cannot be asked has its call ended by that. */
    @Override
    public CompletableFuture<WorkerInputReply> ask(WorkerInputRequest inputRequest) {
        Optional<InputRequest> request = InputRequestMapper.of(inputRequest.method(), inputRequest.params());
        if (request.isPresent() && caller.returnsQuestions()) {
            InputAnswer answer = Objects.requireNonNull(
                    caller.ask(Map.of(inputRequest.key(), request.get())).get(inputRequest.key()));
            return CompletableFuture.completedFuture(new WorkerInputReply.Answer(answer.json()));
        }
        try {
            return replyOf(
                    request.isPresent()
                            ? caller.relay(request.get(), inputRequest.progress())
                            : caller.relay(inputRequest.method(), inputRequest.params(), inputRequest.progress()));
        } catch (ToolFailureException | ClientRequestFailedException e) {
            return CompletableFuture.completedFuture(refusal(e));
        }
    }

    /** The reply to come; cancelled, it has the client told. */
    private static CompletableFuture<WorkerInputReply> replyOf(CompletableFuture<ObjectNode> asked) {
        CompletableFuture<WorkerInputReply> reply = new CompletableFuture<>();
        var unusedCancelling = reply.whenComplete((answer, failure) -> {
            if (reply.isCancelled()) {
                asked.cancel(false);
            }
        });
        var unusedAnswering = asked.whenComplete((answer, failure) ->
                reply.complete(answer != null ? new WorkerInputReply.Answer(answer) : refusal(failure)));
        return reply;
    }

    private static WorkerInputReply refusal(Throwable failure) {
        if (failure instanceof ClientRequestFailedException error) {
            return new WorkerInputReply.Refusal(error.code(), String.valueOf(error.getMessage()), error.data());
        }
        String why = failure instanceof ToolFailureException
                ? String.valueOf(failure.getMessage())
                : "The client did not answer.";
        return new WorkerInputReply.Refusal(ErrorCode.INTERNAL_ERROR.code(), why);
    }
}
