package io.weathervane.mcp;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.CallLifecycle.Cancellation;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.UnsolicitedNotificationChannel;
import io.weathervane.util.Ticker;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request from its arrival to its end, which is one of: answered, cancelled, expired. Whichever comes
 * first wins; nothing is sent to the client after it.
 */
public final class RunningCall implements CallChannel {
    private final McpRequest request;
    private final ResponseChannel responseChannel;
    private final Optional<ClientSession> session;

    /** The session, of a legacy request: a modern one brings with it what else the session knows. */
    private final Optional<ClientSession> legacy;

    private final Ticker ticker;
    private final long startedAt;
    private final CallProgress progress;
    private final CallLifecycle lifecycle = new CallLifecycle();

    /** Held while sending for this call, so that progress can never follow the answer. */
    private final ReentrantLock sending = new ReentrantLock();

    private volatile @Nullable MultiRoundTrip roundTrip;

    RunningCall(McpRequest request, ResponseChannel responseChannel, Optional<ClientSession> session, Ticker ticker) {
        this.request = request;
        this.responseChannel = responseChannel;
        this.session = session;
        this.legacy = session.filter(ignored -> !request.isModern());
        this.ticker = ticker;
        this.startedAt = ticker.nanos();
        this.progress = new CallProgress(request.meta().path("progressToken"));
    }

    public McpRequest request() {
        return request;
    }

    public ResponseChannel responseChannel() {
        return responseChannel;
    }

    /** The client's, over which the request came. */
    public Optional<ClientSession> session() {
        return session;
    }

    /** Questions of this call end it, and are answered by further requests. */
    void setRoundTrip(MultiRoundTrip modern) {
        roundTrip = modern;
    }

    /**
     * Runs the action once the call has ended, in whichever way, and before its client can know. Told by the threads
     * that begin the call, one after the other.
     */
    void whenEnded(Runnable action) {
        lifecycle.whenEnded(action);
    }

    long runningNanos() {
        return ticker.nanos() - startedAt;
    }

    /** Ends the call with its answer, unless it has ended. */
    void answer(JsonRpcMessage.Response response) {
        if (lifecycle.endAnswered()) {
            toClient(() -> responseChannel.answer(response));
        }
    }

    private void toClient(Runnable ending) {
        try {
            locked(ending);
        } finally {
            lifecycle.answerSent();
        }
    }

    /** Ends the call with an answer that its tool did not give, and tells the tool to stop. */
    void expire(JsonRpcMessage.Response response) {
        var unused = cancelWith(Cancellation.SILENT, () -> responseChannel.answer(response));
    }

    /** The same because such calls are blocked from now on; whether it had not ended before. */
    boolean block(JsonRpcMessage.Response response) {
        return cancelWith(
                new Cancellation(Optional.empty(), /* byBlock= */ true), () -> responseChannel.answer(response));
    }

    private boolean cancelWith(Cancellation occasion, Runnable ending) {
        return lifecycle.endCancelled(occasion, () -> toClient(ending));
    }

    @Override
    public boolean isBlocked() {
        return lifecycle.cancellation().filter(Cancellation::byBlock).isPresent();
    }

    /** Ends the call without an answer, unless it has ended: the client does not want it any more. */
    public void cancel() {
        cancel(Optional.empty());
    }

    /** @param reason why, in the client's words */
    void cancel(Optional<String> reason) {
        var unused = cancelWith(new Cancellation(reason, /* byBlock= */ false), responseChannel::abandon);
    }

    public boolean hasEnded() {
        return lifecycle.hasEnded();
    }

    @Override
    public boolean cancelled() {
        return lifecycle.isCancelled();
    }

    @Override
    public Optional<String> cancelReason() {
        return lifecycle.cancellation().flatMap(Cancellation::reason);
    }

    @Override
    public void onCancel(Runnable action) {
        lifecycle.onCancel(action);
    }

    @Override
    public ObjectNode meta() {
        return request.meta();
    }

    /** Sends a message that belongs to this call, unless it has ended; returns whether it is on its way. */
    public boolean send(JsonRpcMessage message) {
        sending.lock();
        try {
            return !hasEnded() && responseChannel.send(message);
        } finally {
            sending.unlock();
        }
    }

    @Override
    public boolean canAsk(InputRequest.Kind kind) {
        return ClientCapabilityCheck.allow(clientCapabilities(), kind);
    }

    @Override
    public ObjectNode clientCapabilities() {
        return legacy.map(ClientSession::capabilities)
                .orElseGet(() -> request.meta().path(McpRequest.META_CAPABILITIES) instanceof ObjectNode declared
                        ? declared
                        : JsonRpcCodec.JSON.createObjectNode());
    }

    @Override
    public boolean returnsQuestions() {
        return roundTrip != null;
    }

    @Override
    public Optional<ObjectNode> remembered() {
        MultiRoundTrip modern = roundTrip;
        return modern == null ? Optional.empty() : modern.remembered();
    }

    @Override
    public ObjectNode inputResponses() {
        MultiRoundTrip modern = roundTrip;
        return modern == null ? JsonRpcCodec.JSON.createObjectNode() : modern.responses();
    }

    /**
     * One client is one connection or session; without one it is one principal, as it is for tasks and request states:
     * those who come without authentication are one as well.
     */
    @Override
    public Optional<Object> audience() {
        if (session.isPresent()) {
            return Optional.of(session.get());
        }
        Caller caller = responseChannel.caller();
        return Optional.of(caller.transport() + "/" + caller.name());
    }

    @Override
    public Map<String, InputAnswer> ask(Map<String, InputRequest> questions) {
        refuseUnlessAllowed(questions.values());
        MultiRoundTrip modern = roundTrip;
        if (modern != null) {
            return modern.ask(questions);
        }
        return legacy.isPresent() ? legacy.get().ask(this, questions) : CallChannel.super.ask(questions);
    }

    @Override
    public CompletableFuture<ObjectNode> relay(InputRequest question, Consumer<ObjectNode> progress) {
        if (legacy.isEmpty()) {
            return CallChannel.super.relay(question, progress);
        }
        refuseUnlessAllowed(List.of(question));
        return legacy.get().relay(this, question.kind().method(), question.params(), progress);
    }

    @Override
    public CompletableFuture<ObjectNode> relay(String method, ObjectNode params, Consumer<ObjectNode> progress) {
        return legacy.isEmpty()
                ? CallChannel.super.relay(method, params, progress)
                : legacy.get().relay(this, method, params, progress);
    }

    @Override
    public void sendNotification(String method, ObjectNode params) {
        send(new JsonRpcMessage.Notification(method, params));
    }

    private void refuseUnlessAllowed(Collection<InputRequest> questions) {
        for (InputRequest question : questions) {
            if (!ClientCapabilityCheck.allow(clientCapabilities(), question)) {
                throw request.isModern()
                        ? ClientCapabilityCheck.missing(question.kind())
                        : new ToolFailureException(
                                "The client has to be asked (" + question.kind().capability()
                                        + "), and did not declare that it can be. Nothing was done.");
            }
        }
    }

    @Override
    public void log(LogLevel level, String logger, JsonNode data) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.put("level", level.wireName()).put("logger", logger).set("data", data);
        if (logLevel().filter(least -> level.compareTo(least) >= 0).isPresent()) {
            send(new JsonRpcMessage.Notification(KnownMethods.MESSAGE, params));
        }
    }

    /** To a legacy client that has set no level the other server sends what it likes (MCP 2025-11-25 logging). */
    @Override
    public void message(LogLevel level, ObjectNode params) {
        if (logLevel().map(least -> level.compareTo(least) >= 0).orElse(legacy.isPresent())) {
            send(new JsonRpcMessage.Notification(KnownMethods.MESSAGE, params));
        }
    }

    @Override
    public Optional<LogLevel> logLevel() {
        if (request.isModern()) {
            return LogLevel.of(request.meta().path(McpRequest.META_LOG_LEVEL).asString(""));
        }
        return legacy.flatMap(ClientSession::logLevel);
    }

    @Override
    public boolean hasNullArguments() {
        return request.params().path("arguments").isNull();
    }

    @Override
    public ObjectNode unknownParams() {
        return UnnamedParams.of(request.method(), request.params());
    }

    @Override
    public Optional<ObjectNode> task() {
        return !request.isModern() && request.params().get("task") instanceof ObjectNode task
                ? Optional.of(task)
                : Optional.empty();
    }

    @Override
    public String owner() {
        return TaskOwnerResolver.of(responseChannel.caller());
    }

    @Override
    public boolean seesUnknownTasks() {
        return !request.isModern() && TaskOwnerResolver.isServersUser(responseChannel.caller());
    }

    @Override
    public UnsolicitedNotificationChannel notices() {
        // A modern client is told of tasks by its subscriptions/listen, and of nothing that it has not asked for.
        return legacy.isPresent() ? legacy.get() : UnsolicitedNotificationChannel.NONE;
    }

    @Override
    public void afterAnswer(Runnable action) {
        lifecycle.afterAnswer(action);
    }

    @Override
    public String callerKey() {
        Caller caller = responseChannel.caller();
        if (caller.identity() == Caller.Identity.TOKEN) {
            return "principal " + caller.name();
        }
        if (session.isPresent()) {
            return "session " + session.get().key();
        }
        return responseChannel.address().isEmpty() ? "" : "address " + responseChannel.address();
    }

    @Override
    public void detach() {
        locked(() -> {
            if (!hasEnded()) {
                responseChannel.detach();
            }
        });
    }

    @Override
    public void progress(double done, double total, String message) {
        sendProgress(() -> progress.next(done, total, message, ticker.nanos()));
    }

    @Override
    public void progress(ObjectNode params) {
        sendProgress(() -> progress.next(params, ticker.nanos()));
    }

    private void sendProgress(Supplier<Optional<JsonRpcMessage.Notification>> next) {
        if (progress.isWanted()) {
            locked(() -> {
                if (!hasEnded()) {
                    next.get().ifPresent(responseChannel::send);
                }
            });
        }
    }

    private void locked(Runnable action) {
        sending.lock();
        try {
            action.run();
        } finally {
            sending.unlock();
        }
    }
}
