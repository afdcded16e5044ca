package io.weathervane.mcp;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.Caller;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.UnsolicitedNotificationChannel;
import io.weathervane.util.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request from its arrival to its end, which is one of: answered, cancelled, expired. Whichever comes
 * first wins; nothing is sent to the client after it.
 */
public final class RunningCall implements CallChannel {
    private static final Logger log = LoggerFactory.getLogger(RunningCall.class);

    /** Progress messages a call may send as fast as it likes. */
    private static final int PROGRESS_BURST = 100;

    /** Least time between progress messages after that: 100 ms. */
    private static final long PROGRESS_INTERVAL_NANOS = 100_000_000;

    /** What MCP names of any request, and of those that go to another server; what else they have is that server's. */
    private static final Set<String> OF_ALL = Set.of("_meta", "inputResponses", "requestState");

    private static final Map<String, Set<String>> OF_METHOD = Map.of(
            KnownMethods.TOOLS_CALL, Set.of("name", "arguments", "task"),
            KnownMethods.PROMPTS_GET, Set.of("name", "arguments"),
            KnownMethods.RESOURCES_READ, Set.of("uri"),
            KnownMethods.COMPLETE, Set.of("ref", "argument", "context"));

    private final McpRequest request;
    private final ResponseChannel responseChannel;
    private final Optional<ClientSession> session;

    /** The session, of a legacy request: a modern one brings with it what else the session knows. */
    private final Optional<ClientSession> legacy;

    private final Ticker ticker;
    private final long startedAt;
    private final JsonNode progressToken;

    /** Held while sending for this call, so that progress can never follow the answer. */
    private final ReentrantLock sending = new ReentrantLock();

    private final List<Runnable> onCancel = new ArrayList<>(1);

    /** What waits for the answer to be on its way; guarded by {@link #onCancel}, as {@link #answered}. */
    private final List<Runnable> afterAnswer = new ArrayList<>(0);

    private boolean answered;
    private double lastProgress = Double.NEGATIVE_INFINITY;
    private long lastProgressAt;
    private int progressSent;
    private volatile State state = State.RUNNING;
    private volatile @Nullable MultiRoundTrip roundTrip;
    private volatile Runnable onEnd = () -> {};
    private volatile Optional<String> cancelReason = Optional.empty();
    private volatile boolean blocked;

    private enum State {
        RUNNING,
        ANSWERED,
        CANCELLED
    }

    RunningCall(McpRequest request, ResponseChannel responseChannel, Optional<ClientSession> session, Ticker ticker) {
        this.request = request;
        this.responseChannel = responseChannel;
        this.session = session;
        this.legacy = session.filter(ignored -> !request.isModern());
        this.ticker = ticker;
        this.startedAt = ticker.nanos();
        this.progressToken = request.meta().path("progressToken");
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
        Runnable earlier = onEnd;
        onEnd = () -> {
            earlier.run();
            action.run();
        };
        if (hasEnded()) {
            action.run();
        }
    }

    long runningNanos() {
        return ticker.nanos() - startedAt;
    }

    /** Ends the call with its answer, unless it has ended. */
    void answer(JsonRpcMessage.Response response) {
        if (end(State.ANSWERED)) {
            onEnd.run();
            toClient(() -> responseChannel.answer(response));
        }
    }

    private void toClient(Runnable ending) {
        try {
            locked(ending);
        } finally {
            markAnswered();
        }
    }

    private void markAnswered() {
        List<Runnable> actions;
        synchronized (onCancel) {
            answered = true;
            actions = List.copyOf(afterAnswer);
            afterAnswer.clear();
        }
        actions.forEach(RunningCall::runQuietly);
    }

    /** Ends the call with an answer that its tool did not give, and tells the tool to stop. */
    void expire(JsonRpcMessage.Response response) {
        List<Runnable> actions = actionsOfEnding(State.CANCELLED);
        if (!actions.isEmpty()) {
            onEnd.run();
            toClient(() -> responseChannel.answer(response));
            actions.forEach(RunningCall::runQuietly);
        }
    }

    /** The same because such calls are blocked from now on; whether it had not ended before. */
    boolean block(JsonRpcMessage.Response response) {
        if (hasEnded()) {
            return false;
        }
        blocked = true;
        expire(response);
        return cancelled();
    }

    @Override
    public boolean isBlocked() {
        return blocked;
    }

    /** Ends the call without an answer, unless it has ended: the client does not want it any more. */
    public void cancel() {
        cancel(Optional.empty());
    }

    /** @param reason why, in the client's words */
    void cancel(Optional<String> reason) {
        cancelReason = reason;
        List<Runnable> actions = actionsOfEnding(State.CANCELLED);
        if (!actions.isEmpty()) {
            onEnd.run();
            toClient(responseChannel::abandon);
            actions.forEach(RunningCall::runQuietly);
        }
    }

    public boolean hasEnded() {
        return state != State.RUNNING;
    }

    @Override
    public boolean cancelled() {
        return state == State.CANCELLED;
    }

    @Override
    public Optional<String> cancelReason() {
        return cancelled() ? cancelReason : Optional.empty();
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (onCancel) {
            if (state == State.RUNNING) {
                onCancel.add(action);
                return;
            }
        }
        if (cancelled()) {
            runQuietly(action);
        }
    }

    @Override
    public ObjectNode meta() {
        return request.meta();
    }

    /** Sends a message that belongs to this call, unless it has ended; returns whether it is on its way. */
    public boolean send(JsonRpcMessage message) {
        sending.lock();
        try {
            return state == State.RUNNING && responseChannel.send(message);
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
        ObjectNode unknown = JsonRpcCodec.JSON.createObjectNode();
        Set<String> named = OF_METHOD.get(request.method());
        if (named == null) {
            return unknown;
        }
        for (Map.Entry<String, JsonNode> param : request.params().properties()) {
            if (!named.contains(param.getKey()) && !OF_ALL.contains(param.getKey())) {
                unknown.set(param.getKey(), param.getValue());
            }
        }
        return unknown;
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
        synchronized (onCancel) {
            if (!answered) {
                afterAnswer.add(action);
                return;
            }
        }
        runQuietly(action);
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
            if (state == State.RUNNING) {
                responseChannel.detach();
            }
        });
    }

    @Override
    public void progress(double progress, double total, String message) {
        if (!progressToken.isString() && !RequestId.isWhole(progressToken)) {
            return;
        }
        locked(() -> {
            if (state == State.RUNNING && isDue(progress, total)) {
                responseChannel.send(progressMessage(progress, total, message));
            }
        });
    }

    @Override
    public void progress(ObjectNode params) {
        JsonNode done = params.path("progress");
        if (!done.isNumber() || !(progressToken.isString() || RequestId.isWhole(progressToken))) {
            return;
        }
        ObjectNode own = JsonRpcCodec.JSON.createObjectNode();
        own.setAll(params);
        own.set("progressToken", progressToken);
        locked(() -> {
            if (state == State.RUNNING
                    && isDue(done.doubleValue(), params.path("total").asDouble(0))) {
                responseChannel.send(new JsonRpcMessage.Notification(KnownMethods.PROGRESS, own));
            }
        });
    }

    /** Strictly growing, and not a flood; the last step is never held back. */
    private boolean isDue(double progress, double total) {
        if (!(progress > lastProgress) || Double.isInfinite(progress)) {
            return false;
        }
        long now = ticker.nanos();
        boolean tooSoon = progressSent >= PROGRESS_BURST && now - lastProgressAt < PROGRESS_INTERVAL_NANOS;
        if (tooSoon && progress != total) {
            return false;
        }
        lastProgress = progress;
        lastProgressAt = now;
        progressSent++;
        return true;
    }

    private JsonRpcMessage.Notification progressMessage(double progress, double total, String message) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("progressToken", progressToken);
        putNumber(params, "progress", progress);
        if (Double.isFinite(total) && total > 0) {
            putNumber(params, "total", total);
        }
        if (!message.isEmpty()) {
            params.put("message", message);
        }
        return new JsonRpcMessage.Notification(KnownMethods.PROGRESS, params);
    }

    /** 3 rather than 3.0, where it is whole. */
    private static void putNumber(ObjectNode params, String name, double number) {
        if (number == Math.rint(number) && Math.abs(number) < Long.MAX_VALUE) {
            params.put(name, (long) number);
        } else {
            params.put(name, number);
        }
    }

    private boolean end(State ending) {
        synchronized (onCancel) {
            if (state != State.RUNNING) {
                return false;
            }
            state = ending;
            return true;
        }
    }

    /** Ends the call this way and gives the actions to run; empty when it had ended before. */
    private List<Runnable> actionsOfEnding(State ending) {
        synchronized (onCancel) {
            if (!end(ending)) {
                return List.of();
            }
            List<Runnable> actions = new ArrayList<>(onCancel);
            onCancel.clear();
            actions.add(() -> {});
            return actions;
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

    private static void runQuietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.warn("An action on cancellation failed", e);
        }
    }
}
