package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.SafeText;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC with one worker: many calls at once, over a {@link WorkerConnection} that carries them.
 *
 * <p>The connection's threads bring what the worker says, and {@link WorkerMessageSorter} sorts it to the waiting calls.
 */
public final class WorkerChannel {
    /** Calls that wait for an answer at the same time. */
    static final int PENDING_MAX = 1024;

    public static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    private static final Logger LOG = LoggerFactory.getLogger("WorkerChannel");

    private final String label;
    private final WorkerConnection connection;
    private final Semaphore places = new Semaphore(PENDING_MAX);
    private final ConcurrentSkipListMap<Long, PendingCall> pending = new ConcurrentSkipListMap<>();
    private final CallTimeoutScheduler timeouts;
    private final UrlElicitationTracker urls = new UrlElicitationTracker();
    private final AtomicLong ids = new AtomicLong();
    private final Listener listener;
    private final WorkerMessageSorter sorter;
    private volatile boolean open = true;

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
        this.listener = listener;
        this.timeouts = CallTimeoutScheduler.start(label, pending.values());
        this.sorter = new WorkerMessageSorter(this, label, pending, urls, listener, new LogRateLimiter(ticker));
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
        sorter.passExtensions();
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
                        .or(sorter::lastSkipped)
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

    void sendProgress(ObjectNode params) {
        sendNotification("notifications/progress", params);
    }

    /** Asks for something whose answer does not matter. */
    void post(long id, String method, ObjectNode params) {
        offer(new JsonRpcMessage.Request(RequestId.of(id), method, params));
    }

    void offer(JsonRpcMessage message) {
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
        sorter.received(received, giveBack, on);
    }

    /** The connection may learn from an answer how far the worker has read. */
    void answered(PendingCall call) {
        connection.answered(call);
    }

    /** The task that the call with this token for its progress goes on as; empty when there is none. */
    public Optional<String> taskOf(JsonNode progressToken) {
        return sorter.taskOf(progressToken);
    }

    void malformed(RequestId id, String what) {
        sorter.malformed(id, what);
    }

    void skipped(String what) {
        sorter.skipped(what);
    }
}
