package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.protocol.PendingCall;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls that wait for their client's answer to a worker's question, where the client gets the question as the result of
 * its request and sends the answer with the next one. Each call keeps a lease on its worker and no thread.
 */
public final class CallsAwaitingInput {
    /** How long a client has to answer. */
    public static final Duration LIFETIME = Duration.ofMinutes(5);

    /** Most calls that wait so, all clients together. */
    static final int AWAITING_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger("CallsAwaitingInput");

    private final BackgroundExecutor background;
    private final Duration lifetime;
    private final Map<String, AwaitingCall> byTicket = new ConcurrentHashMap<>();

    /** A call and the worker that does it. */
    record AwaitingCall(Worker worker, PendingCall call) {
        void giveUp() {
            boolean elicitation = call.openQuestion().method().equals("elicitation/create");
            call.answer(
                    elicitation
                            ? new WorkerInputReply.Answer(
                                    JsonRpcCodec.JSON.createObjectNode().put("action", "cancel"))
                            : new WorkerInputReply.Refusal(
                                    ErrorCode.INTERNAL_ERROR.code(), "the client did not answer in time"));
            try {
                worker.session().abandon(call);
            } finally {
                worker.leases().giveBack();
            }
        }
    }

    public CallsAwaitingInput(BackgroundExecutor background, Duration lifetime) {
        this.background = background;
        this.lifetime = lifetime;
    }

    /**
     * Does the work, and keeps its call when the client has to answer first. The caller holds a lease on the worker.
     *
     * @throws InputRequiredException when the client has to answer the worker by a further request
     */
    ObjectNode orAwaitInput(Worker worker, Function<Worker, ObjectNode> work) {
        try {
            return work.apply(worker);
        } catch (InputRequiredException e) {
            throw keep(worker, e);
        }
    }

    private RuntimeException keep(Worker worker, InputRequiredException inputRequired) {
        worker.leases().takeAnother();
        String question = inputRequired.requests().keySet().iterator().next();
        AwaitingCall awaiting = new AwaitingCall(worker, worker.session().awaiting(question));
        if (byTicket.size() >= AWAITING_MAX) {
            awaiting.giveUp();
            return new WorkerCallException(
                    WorkerCallException.Kind.BUSY,
                    AWAITING_MAX + " calls wait for an answer of their clients already; this one was given up");
        }
        String ticket = UUID.randomUUID().toString();
        byTicket.put(ticket, awaiting);
        background.runAfter(lifetime, () -> expire(ticket));
        ObjectNode remembered = JsonRpcCodec.JSON.createObjectNode().put(WorkerManager.TICKET, ticket);
        remembered.set("inputRequests", inputRequired.inputRequests());
        return new InputRequiredException(inputRequired.requests(), remembered);
    }

    private void expire(String ticket) {
        AwaitingCall awaiting = byTicket.remove(ticket);
        if (awaiting != null) {
            LOG.info(
                    "worker={} got no answer from the client within {}",
                    awaiting.worker().label(),
                    lifetime);
            awaiting.giveUp();
        }
    }

    /**
     * Gives the worker the client's answer and waits on.
     *
     * @throws WorkerCallException also when there is no such call any more
     * @throws InputRequiredException when the worker has a further question
     */
    public WorkerAnswer resume(
            String ticket, ObjectNode answer, WorkerCallContext callContext, ToolErrorPolicy toolErrors) {
        AwaitingCall awaiting = byTicket.remove(ticket);
        if (awaiting == null) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.LOST,
                    "the call that asked for this is over: it was answered already, or waited longer than "
                            + lifetime.toMinutes() + " minutes; make the call again");
        }
        Worker worker = awaiting.worker();
        PendingCall call = awaiting.call();
        try {
            call.audience(callContext.audience());
            call.answer(new WorkerInputReply.Answer(answer));
            return new WorkerAnswer(
                    orAwaitInput(worker, one -> one.resume(call, callContext, toolErrors)), worker.label());
        } finally {
            worker.leases().giveBack();
        }
    }

    /** Gives up all of them: the workers are about to end. */
    public void giveUpAll() {
        byTicket.keySet().forEach(this::expire);
    }
}
