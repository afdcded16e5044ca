package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.SafeText;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerInputRequest;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC with one worker: many calls at once, over a {@link WorkerConnection} that carries them.
 *
 * <p>The connection's threads bring what the worker says, and it is sorted to the waiting calls here. A line that is no
 * message is the program's talk, as a print leaves it: it is logged and skipped, and no call is charged with it. Only a
 * broken answer that names its call fails that call.
 */
public final class WorkerChannel {
    /** Calls that wait for an answer at the same time. */
    static final int PENDING_MAX = 1024;

    /** What a worker may ask of a call's client. */
    private static final Set<String> QUESTIONS = Set.of("elicitation/create", "sampling/createMessage", "roots/list");

    public static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    /** A request's id as text. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private static final Logger LOG = LoggerFactory.getLogger("WorkerChannel");

    private final String label;
    private final WorkerConnection connection;
    private final LogRateLimiter logRateLimiter;
    private final Semaphore places = new Semaphore(PENDING_MAX);
    private final ConcurrentSkipListMap<Long, PendingCall> pending = new ConcurrentSkipListMap<>();
    private final CallTimeoutScheduler timeouts;
    private final TaskProgressTokens tokens = new TaskProgressTokens();
    private final UrlElicitationTracker urls = new UrlElicitationTracker();
    private volatile boolean passesExtensions;
    private final AtomicLong ids = new AtomicLong();
    private final Listener listener;
    private volatile boolean open = true;

    /** What was wrong with the last line that was skipped; empty when there was none. */
    private volatile String lastSkipped = "";

    /** Hears of the worker what no call waits for; must be quick. */
    public interface Listener {
        /** Receives a notification of the worker, but progress; on the reader's thread. */
        void notified(JsonRpcMessage.Notification notification);

        /** A request that was {@link WorkerChannel#post posted} is answered; on the reader's thread. */
        void answeredUnawaited(long request);

        /** The worker's stdout has ended or its stdin is closed; maybe twice. */
        void ended();

        /** Reports that notifications of the worker may have been missed for a while. */
        default void mayHaveMissed() {}

        /** The definitions of tools are not those that the worker goes by now: they are asked for again before this returns. */
        default void toolsAreOld() {}

        /** The worker has forgotten what it was told beside calls, as a server elsewhere does that was started anew. */
        default void renewed() {}

        /** The definition of a tool that the worker has listed. */
        default Optional<ObjectNode> tool(String name) {
            return Optional.empty();
        }
    }

    private WorkerChannel(
            String label, Function<WorkerChannel, WorkerConnection> connect, Ticker ticker, Listener listener) {
        this.label = label;
        this.logRateLimiter = new LogRateLimiter(ticker);
        this.listener = listener;
        this.timeouts = CallTimeoutScheduler.start(label, pending.values());
        this.connection = connect.apply(this);
    }

    /**
     * Begins to read and write.
     *
     * @param messageBytes most bytes of a message of the worker's
     */
    public static WorkerChannel start(
            String label, InputStream in, OutputStream out, int messageBytes, Ticker ticker, Listener listener) {
        return over(label, channel -> new StdioConnection(label, in, out, messageBytes, channel), ticker, listener);
    }

    /**
     * Begins to talk over this connection.
     *
     * @param connect makes it for the channel, to which it brings what it receives once it has begun
     */
    public static WorkerChannel over(
            String label, Function<WorkerChannel, WorkerConnection> connect, Ticker ticker, Listener listener) {
        WorkerChannel channel = new WorkerChannel(label, connect, ticker, listener);
        channel.connection.begin();
        return channel;
    }

    public boolean open() {
        return open;
    }

    /** The worker has announced extensions: what MCP does not name is theirs, and handed on. */
    void passExtensions() {
        passesExtensions = true;
    }

    private boolean isOfExtension(String method) {
        return passesExtensions && !ReservedMcpMethods.contains(method);
    }

    /** Calls that were sent and wait for their answers. */
    public int waitingCalls() {
        return (int) pending.values().stream().filter(PendingCall::isSent).count();
    }

    /** Calls that nothing but the worker is waited for. */
    public List<PendingCall> onWorkersTurn() {
        return pending.values().stream().filter(PendingCall::isWorkersTurn).toList();
    }

    /** The next request's id, which is its progress token as well. */
    long nextId() {
        return ids.incrementAndGet();
    }

    /** Asks and waits for the answer. */
    JsonNode request(String method, ObjectNode params, Duration timeout) {
        return request(nextId(), method, params, timeout, WorkerCallContext.none(), call -> {});
    }

    /**
     * Asks and waits for the answer.
     *
     * @param id from {@link #nextId}
     * @param abandoned called when the worker may still be busy with a call that no caller waits for any longer
     * @throws WorkerCallException of any kind but NONE_ACTIVE
     */
    JsonNode request(
            long id,
            String method,
            ObjectNode params,
            Duration timeout,
            WorkerCallContext callContext,
            Consumer<PendingCall> abandoned) {
        if (!places.tryAcquire()) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.BUSY,
                    "worker " + label + " has " + PENDING_MAX + " calls waiting already; try again later");
        }
        PendingCall call = new PendingCall(id, method, callContext.audience());
        if (method.equals(McpSession.TOOLS_CALL)) {
            call.setTool(params.path("name").asString(""));
        } else if (McpSession.COUNTED_REQUESTS.contains(method)) {
            call.setTool(method);
        }
        if (method.equals("tasks/result")) {
            call.setTask(TaskIdLocator.of(params));
        }
        pending.put(id, call);
        try {
            send(new JsonRpcMessage.Request(RequestId.of(id), method, params), call);
        } catch (RuntimeException | Error e) {
            end(call);
            throw e;
        }
        return awaitAnswer(call, timeout, callContext, abandoned);
    }

    /**
     * Waits for the answer to a request that was sent. A call that its client has to answer first stays open, to be gone
     * on with or given up with {@link #abandon}.
     *
     * @throws InputRequiredException when the client is to answer by a further request
     */
    JsonNode awaitAnswer(
            PendingCall call, Duration timeout, WorkerCallContext callContext, Consumer<PendingCall> abandoned) {
        boolean over = true;
        try {
            callContext.onCancel(() -> cancel(call, abandoned, callContext));
            JsonNode result = await(call, timeout, callContext, abandoned);
            callContext.afterAnswer(call.giveBack());
            return result;
        } catch (InputRequiredException e) {
            over = false;
            throw e;
        } finally {
            if (over) {
                end(call);
            }
        }
    }

    /** The call that stayed open with this question. */
    PendingCall awaiting(String question) {
        return pending.values().stream()
                .filter(call -> call.awaits(question))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no call awaits input for " + question));
    }

    /** Gives up a call that stayed open. */
    void abandon(PendingCall call, Consumer<PendingCall> abandoned) {
        cancel(call, abandoned);
        end(call);
    }

    private void end(PendingCall call) {
        pending.remove(call.id());
        places.release();
        connection.over(call);
        call.over().forEach(pendingInput -> handOver(pendingInput, call));
    }

    /** A question whose call has ended goes over to another one of the same client, or the worker gets an error. */
    private void handOver(PendingInputRequest pendingInput, PendingCall ended) {
        boolean taken = pending.descendingMap().values().stream()
                .filter(call -> call.audience().isPresent() && call.audience().equals(ended.audience()))
                .anyMatch(call -> call.asked(pendingInput));
        if (!taken) {
            pendingInput.refuse(
                    "The client cannot be asked any more: the call that the question belonged to has ended, and"
                            + " its client has no other one in flight on this worker");
        }
    }

    private void send(JsonRpcMessage.Request request, PendingCall call) {
        connection.send(request, call, places.availablePermits() == PENDING_MAX - 1);
        if (!open) {
            call.lose(endedText());
        }
    }

    private JsonNode await(
            PendingCall call, Duration timeout, WorkerCallContext callContext, Consumer<PendingCall> abandoned) {
        try {
            return call.await(timeout, callContext, timeouts).orElseThrow(() -> timedOut(call, timeout, abandoned));
        } catch (WorkerCallException e) {
            urls.refused(e, callContext.notices());
            throw e;
        } catch (InputRequiredException e) {
            throw e;
        } catch (RuntimeException e) {
            // The caller's side ends the call: no caller needs what the worker still does.
            cancel(call, abandoned);
            throw e;
        } catch (InterruptedException e) {
            cancel(call, abandoned);
            Thread.currentThread().interrupt();
            throw new WorkerCallException(WorkerCallException.Kind.CANCELLED, "interrupted while waiting");
        }
    }

    private WorkerCallException timedOut(PendingCall call, Duration timeout, Consumer<PendingCall> abandoned) {
        String what = "worker " + label + " did not answer " + call.method() + " within " + timeout.toMillis() + " ms"
                + call.brokenAnswer()
                        .or(() -> Optional.of(lastSkipped).filter(skipped -> !skipped.isEmpty()))
                        .map(skipped -> ", but sent what is no valid answer: " + skipped)
                        .orElse("");
        if (call.withdraw()) {
            return new WorkerCallException(
                    WorkerCallException.Kind.TIMEOUT, what + ": it does not even read its input");
        }
        abandoned.accept(call);
        return new WorkerCallException(WorkerCallException.Kind.TIMEOUT, what);
    }

    private static void cancel(PendingCall call, Consumer<PendingCall> abandoned) {
        cancel(call, abandoned, WorkerCallContext.none());
    }

    /** A call that our operators stop was not given up by its caller, however long it has waited. */
    private static void cancel(PendingCall call, Consumer<PendingCall> abandoned, WorkerCallContext callContext) {
        if (!call.withdraw()) {
            abandoned.accept(call);
        }
        call.fail(WorkerCallException.cancelled(call.isWorkersTurn() && !callContext.isBlocked()));
    }

    /** Tells the worker something; dropped when the worker does not read. */
    void sendNotification(String method, ObjectNode params) {
        offer(new JsonRpcMessage.Notification(method, params));
    }

    /** Asks for something whose answer does not matter. */
    void post(long id, String method, ObjectNode params) {
        offer(new JsonRpcMessage.Request(RequestId.of(id), method, params));
    }

    private void offer(JsonRpcMessage message) {
        if (!connection.offer(message)) {
            LOG.warn("worker={} does not take what it is told; a message was dropped", label);
        }
    }

    /** Closes the worker's input after what was sent before; a worker that does not read never notices. */
    public void closeInput() {
        if (!connection.close()) {
            LOG.debug("worker={} has a full queue; its input stays open until it is killed", label);
        }
    }

    /** The worker reads no longer; what it has got already, it may still answer. */
    void inputBroken() {
        open = false;
        pending.values().forEach(call -> call.loseUnlessSent(endedText()));
        listener.ended();
    }

    void notSent(PendingCall call) {
        call.fail(new WorkerCallException(WorkerCallException.Kind.NOT_SENT, endedText()));
    }

    /** The worker is heard no longer, or not any more by us. */
    public void ended() {
        open = false;
        pending.values().forEach(call -> call.lose(endedText()));
        timeouts.end();
        closeInput();
        listener.ended();
    }

    /** A request that was {@link #post posted} has ended without an answer. */
    public void answeredUnawaited(long request) {
        listener.answeredUnawaited(request);
    }

    /** Reports that notifications of the worker may have been missed for a while. */
    public void mayHaveMissed() {
        listener.mayHaveMissed();
    }

    /** Has the definitions of tools asked for again, and waits for them. */
    public void toolsAreOld() {
        listener.toolsAreOld();
    }

    /** The worker has forgotten what it was told beside calls. */
    public void renewed() {
        listener.renewed();
    }

    /** Whether clients may be offered this tool. */
    boolean offers(ObjectNode tool) {
        Optional<String> problem = connection.problem(tool);
        problem.ifPresent(why -> LOG.warn(
                "worker={} tool={} is left out: {}",
                label,
                SafeText.logged(tool.path("name").asString("")),
                why));
        return problem.isEmpty();
    }

    /** The definition of a tool that the worker has listed. */
    public Optional<ObjectNode> toolDefinition(String name) {
        return listener.tool(name);
    }

    private String endedText() {
        return "worker " + label + " ended";
    }

    /**
     * Takes what the worker said.
     *
     * @param giveBack gives back the memory of it: run here, or by the call that it answers
     * @param on the call on whose own stream it was said; empty when nothing but the message tells
     */
    public void received(PeerMessageReader.Received received, Runnable giveBack, Optional<PendingCall> on) {
        boolean kept = false;
        try {
            kept = received.messages().size() == 1
                    && tryKeepMemory(received.messages().get(0), giveBack);
            received.messages().forEach(message -> receive(message, on));
            received.refused().forEach(this::refused);
        } finally {
            if (!kept) {
                giveBack.run();
            }
        }
    }

    /** Whether the message is an answer, whose call gives back its memory. */
    private boolean tryKeepMemory(JsonRpcMessage message, Runnable giveBack) {
        return message instanceof JsonRpcMessage.Success success
                && find(success.id())
                        .filter(call -> call.attachGiveBack(giveBack))
                        .isPresent();
    }

    private void receive(JsonRpcMessage message, Optional<PendingCall> on) {
        if (message instanceof JsonRpcMessage.Success success) {
            answered(success.id(), success);
        } else if (message instanceof JsonRpcMessage.Failure failure) {
            refused(failure, on);
        } else if (message instanceof JsonRpcMessage.Request request) {
            asked(request, on);
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            notified(notification, on);
        }
    }

    /** An error that names no message of ours is about the call on whose stream it came. */
    private void refused(JsonRpcMessage.Failure failure, Optional<PendingCall> on) {
        RequestId id = failure.id();
        if (id != null) {
            answered(id, failure);
        } else if (on.isPresent()) {
            answered(on.get(), failure);
        } else {
            skipped("an error without id: " + failure.message());
        }
    }

    /** Handles a line that looks like a message and is none. */
    private void refused(JsonRpcReadException broken) {
        RequestId id = broken.failure().id();
        if (id != null && broken.isAnswer()) {
            malformed(id, String.valueOf(broken.getMessage()));
        } else {
            // Such as an answer without "jsonrpc", which the clients of the SDKs drop too: its call waits on.
            Optional<PendingCall> named = Optional.ofNullable(id).flatMap(this::find);
            named.ifPresent(call -> call.skipped(String.valueOf(broken.getMessage())));
            skipped(broken.getMessage()
                    + named.map(call -> ", with the id " + call.id() + " of a call")
                            .orElse(""));
        }
    }

    private void answered(RequestId id, JsonRpcMessage.Response answer) {
        Optional<PendingCall> call = find(id);
        if (call.isPresent()) {
            answered(call.get(), answer);
        } else {
            numberOf(id).ifPresent(listener::answeredUnawaited);
        }
    }

    private void answered(PendingCall call, JsonRpcMessage.Response answer) {
        connection.answered(call);
        // Before the next line, which may be about the task already.
        if (answer instanceof JsonRpcMessage.Success success && success.result() instanceof ObjectNode result) {
            TaskIdLocator.madeBy(result).ifPresent(task -> tokens.put(call.id(), task));
        }
        call.complete(answer);
    }

    /** The task that the call with this token for its progress goes on as; empty when there is none. */
    public Optional<String> taskOf(JsonNode progressToken) {
        return progressToken.canConvertToLong() ? tokens.find(progressToken.asLong()) : Optional.empty();
    }

    /** The call with this id, unless it has ended already. The SDKs take a number as text for the same, too. */
    private Optional<PendingCall> find(RequestId id) {
        return numberOf(id).map(pending::get);
    }

    private static Optional<Long> numberOf(RequestId id) {
        if (id.value() instanceof Long number) {
            return Optional.of(number);
        }
        return id.value() instanceof String text && NUMBER.matcher(text).matches()
                ? Optional.of(Long.parseLong(text))
                : Optional.empty();
    }

    private void notified(JsonRpcMessage.Notification notification, Optional<PendingCall> on) {
        ObjectNode params = notification.params();
        if (notification.method().equals(ACKNOWLEDGED)) {
            // Which request it is about, a key says that is for us and not for our clients.
            listener.notified(notification);
            return;
        }
        McpGeneration.removeOwnKeys(params);
        switch (notification.method()) {
            case "notifications/progress" ->
                callOf(params.path("progressToken"))
                        .filter(call -> call.offer(new CallEvent.Progress(params)))
                        .ifPresentOrElse(call -> {}, () -> listener.notified(notification));
            case "notifications/message" -> logReceived(notification, on);
            case "notifications/cancelled" -> withdrawn(RequestId.from(params.get("requestId")));
            case "notifications/elicitation/complete" ->
                urls.complete(params).ifPresent(client -> client.accept(notification.method(), params));
            default -> toldOrUnknown(notification, on);
        }
    }

    /** Passes a notification of an extension to the client whose call is in flight, where it is only one. */
    private void toldOrUnknown(JsonRpcMessage.Notification notification, Optional<PendingCall> on) {
        CallEvent.Notice notice = new CallEvent.Notice(notification.method(), notification.params());
        boolean taken = isOfExtension(notification.method())
                && meant(on).filter(call -> call.offer(notice)).isPresent();
        if (!taken) {
            listener.notified(notification);
        }
    }

    private Optional<PendingCall> callOf(JsonNode token) {
        return Optional.ofNullable(RequestId.from(token)).flatMap(this::find);
    }

    /** The call whose client is meant: that on whose stream it was said, else the only client's. */
    private Optional<PendingCall> meant(Optional<PendingCall> on) {
        return on.isPresent()
                ? on
                : CallAttribution.among(pending.descendingMap().values().stream())
                        .call();
    }

    private void logReceived(JsonRpcMessage.Notification notification, Optional<PendingCall> on) {
        ObjectNode params = notification.params();
        boolean taken = meant(on)
                .filter(call -> call.offer(new CallEvent.Message(params)))
                .isPresent();
        if (!taken) {
            listener.notified(notification);
            if (LOG.isDebugEnabled() && logRateLimiter.take()) {
                LOG.debug("worker={} says to no call's client: {}", label, params);
            }
        }
    }

    private void withdrawn(@Nullable RequestId question) {
        if (question != null) {
            pending.values().forEach(call -> call.withdrawn(question));
        }
    }

    /** A question about a task is for the client that waits for its result. */
    private CallAttribution addressee(ObjectNode question, Optional<PendingCall> on) {
        if (on.filter(call -> call.audience().isPresent()).isPresent()) {
            return new CallAttribution(on.stream().toList(), /* reason= */ "");
        }
        Optional<String> task = TaskIdLocator.in(question);
        return pending.values().stream()
                .filter(call -> task.isPresent() && call.task().equals(task) && call.mayAsk())
                .findFirst()
                .map(call -> new CallAttribution(List.of(call), /* reason= */ ""))
                .orElseGet(() -> CallAttribution.among(
                        pending.descendingMap().values().stream().filter(PendingCall::mayAsk)));
    }

    /** The worker's ping is answered here, its questions by the client of a call. */
    private void asked(JsonRpcMessage.Request request, Optional<PendingCall> on) {
        if (request.method().equals("ping")) {
            offer(new JsonRpcMessage.Success(request.id(), JsonRpcCodec.JSON.createObjectNode()));
        } else if (!QUESTIONS.contains(request.method()) && !isOfExtension(request.method())) {
            refuse(request, ErrorCode.METHOD_NOT_FOUND, "Method not found: " + request.method());
        } else {
            bring(request, on);
        }
    }

    private void bring(JsonRpcMessage.Request request, Optional<PendingCall> on) {
        CallAttribution attribution = addressee(request.params(), on);
        PendingInputRequest pendingInput = new PendingInputRequest(
                request.id(),
                new WorkerInputRequest(
                        "question-" + request.id(), request.method(), request.params(), this::sendProgress),
                this::offer,
                urls);
        if (attribution.calls().stream().noneMatch(call -> call.asked(pendingInput))) {
            String why = attribution.calls().isEmpty()
                    ? attribution.reason()
                    : "its calls have ended, or have too many questions open";
            LOG.info("worker={} is refused {}: {}", label, request.method(), why);
            refuse(request, ErrorCode.INTERNAL_ERROR, "The client cannot be asked: " + why);
        }
    }

    private void sendProgress(ObjectNode params) {
        sendNotification("notifications/progress", params);
    }

    private void refuse(JsonRpcMessage.Request request, ErrorCode code, String why) {
        offer(new JsonRpcMessage.Failure(request.id(), code.code(), why, /* data= */ null));
    }

    void malformed(RequestId id, String what) {
        if (logRateLimiter.take()) {
            LOG.warn("worker={} sent a broken answer id={}: {}", label, id, what);
        }
        find(id).ifPresent(call -> call.fail(new WorkerCallException(
                WorkerCallException.Kind.MALFORMED, "worker " + label + " sent no valid answer: " + what)));
    }

    void skipped(String what) {
        lastSkipped = what;
        if (logRateLimiter.take()) {
            LOG.warn("worker={} wrote a line to its stdout that is no message; it is skipped: {}", label, what);
        }
    }
}
