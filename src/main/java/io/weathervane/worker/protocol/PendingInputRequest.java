package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerInputRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request of the worker's to a client, from its arrival to its one reply. It is the client's and not a call's: when
 * the call that it hangs on ends, it goes over to another call of that client, and an answer that is on its way still
 * reaches the worker.
 */
final class PendingInputRequest {
    private final RequestId id;
    private final WorkerInputRequest inputRequest;
    private final Consumer<JsonRpcMessage.Response> toWorker;
    private final UrlElicitationTracker urls;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<@Nullable PendingCall> call = new AtomicReference<>();
    private volatile @Nullable CompletableFuture<WorkerInputReply> coming;

    /**
     * @param toWorker brings the worker its reply
     * @param urls remembers who was sent to a page
     */
    PendingInputRequest(
            RequestId id,
            WorkerInputRequest inputRequest,
            Consumer<JsonRpcMessage.Response> toWorker,
            UrlElicitationTracker urls) {
        this.urls = urls;
        this.id = id;
        this.inputRequest = inputRequest;
        this.toWorker = toWorker;
    }

    RequestId id() {
        return id;
    }

    WorkerInputRequest question() {
        return inputRequest;
    }

    /** Whether the worker has its reply, or does not want it any more. */
    boolean isOver() {
        return over.get();
    }

    /** Whether the client has it. */
    boolean isShown() {
        return coming != null;
    }

    /** It waits for its answer with this call from here on. */
    void attachTo(PendingCall newCall) {
        call.set(newCall);
    }

    /**
     * The client has it, and this is its answer to come.
     *
     * @param notices where the client hears of what comes of it later
     */
    void shown(CompletableFuture<WorkerInputReply> reply, BiConsumer<String, ObjectNode> notices) {
        urls.asked(inputRequest.params(), notices);
        coming = reply;
        var unused = reply.whenComplete((answer, failure) ->
                answer(answer != null ? answer : refusal("the client did not answer: " + failure)));
        if (isOver()) {
            takeBack();
        }
    }

    /** Gives the worker its reply, unless it has one. */
    void answer(WorkerInputReply reply) {
        if (over.compareAndSet(false, true)) {
            toWorker.accept(response(reply));
            leaveCall();
        }
    }

    /** Gives the worker an error, and takes the question back from the client. */
    void refuse(String why) {
        answer(refusal(why));
        takeBack();
    }

    /** The worker does not want the answer any more, and gets none; {@link #takeBack} tells the client. */
    void withdraw() {
        if (over.compareAndSet(false, true)) {
            leaveCall();
        }
    }

    /** Tells the client, if it has the question, that no answer is needed any more. */
    void takeBack() {
        CompletableFuture<WorkerInputReply> reply = coming;
        if (reply != null) {
            reply.cancel(false);
        }
    }

    private void leaveCall() {
        PendingCall current = call.get();
        if (current != null) {
            current.closed(this);
        }
    }

    private static WorkerInputReply refusal(String why) {
        return new WorkerInputReply.Refusal(ErrorCode.INTERNAL_ERROR.code(), why);
    }

    private JsonRpcMessage.Response response(WorkerInputReply reply) {
        if (reply instanceof WorkerInputReply.Answer answer) {
            return new JsonRpcMessage.Success(id, answer.result());
        }
        WorkerInputReply.Refusal refusal = (WorkerInputReply.Refusal) reply;
        return new JsonRpcMessage.Failure(id, refusal.code(), refusal.message(), refusal.data());
    }
}
