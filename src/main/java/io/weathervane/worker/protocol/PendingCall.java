package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerInputReply;
import io.weathervane.worker.WorkerInputRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request that waits for its answer. The caller's own thread reports the progress and asks the worker's questions, so
 * a caller that is slow to take them never holds up the worker's other calls.
 */
public final class PendingCall {
    /** A call that tells of its progress may take so many times its limit: a day where the limit is ten minutes. */
    static final int PROGRESS_EXTENDS_MAX = 144;

    /** What the caller has not taken yet; more is dropped: the next progress says it better. */
    private static final int EVENTS_MAX = 64;

    /** Questions that wait for their turn; further ones are refused. */
    private static final int QUESTIONS_MAX = 16;

    /** Progress of the request on its way to the worker. */
    private enum Sending {
        QUEUED,
        WRITTEN,
        WITHDRAWN
    }

    private final long id;
    private final String method;
    private final AtomicReference<Sending> sending = new AtomicReference<>(Sending.QUEUED);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<CallEvent> events = new ArrayDeque<>();
    private final Set<PendingInputRequest> pendingInputs = new LinkedHashSet<>();
    private volatile Optional<Object> audience;
    private volatile String tool = "";
    private volatile Optional<String> brokenAnswer = Optional.empty();
    private volatile Optional<String> task = Optional.empty();
    private volatile long writtenUpTo;
    private volatile OptionalLong dueAt = OptionalLong.empty();
    private volatile @Nullable PendingInputRequest suspendedWith;
    private int afterEnd;
    private final long begun = System.nanoTime();
    private volatile boolean everAsked;
    private volatile boolean unanswered;
    private boolean outcomeTaken;
    private boolean over;
    private Runnable giveBack = () -> {};
    private @Nullable JsonNode result;
    private @Nullable WorkerCallException failure;

    /** Remembers what is wrong with a message that has its id and is skipped: it may be why there is no answer. */
    void skipped(String why) {
        brokenAnswer = Optional.of(why);
    }

    Optional<String> brokenAnswer() {
        return brokenAnswer;
    }

    /** Remembers which tool it calls, for the count of its end. */
    void setTool(String calledTool) {
        tool = calledTool;
    }

    public String tool() {
        return tool;
    }

    /** Remembers the task whose result it waits for. */
    void setTask(String itsTask) {
        task = Optional.of(itsTask);
    }

    Optional<String> task() {
        return task;
    }

    /**
     * A request that is about to be sent.
     *
     * @param audience see {@link WorkerCallContext#audience}
     */
    PendingCall(long id, String method, Optional<Object> audience) {
        this.id = id;
        this.method = method;
        this.audience = audience;
    }

    public long id() {
        return id;
    }

    public String method() {
        return method;
    }

    /** Asked by the writer, just before it writes; false when the call was withdrawn meanwhile. */
    public boolean beginWriting() {
        return sending.compareAndSet(Sending.QUEUED, Sending.WRITTEN);
    }

    /**
     * Notes the number of bytes that the worker's input has had at the end of this request; called before it is
     * written.
     */
    void writtenUpTo(long bytes) {
        writtenUpTo = bytes;
    }

    /** As told; 0 until then. */
    long writtenUpTo() {
        return writtenUpTo;
    }

    /** Takes the request back; false when the worker may have it already. */
    boolean withdraw() {
        return sending.compareAndSet(Sending.QUEUED, Sending.WITHDRAWN);
    }

    public void complete(JsonRpcMessage.Response response) {
        if (response instanceof JsonRpcMessage.Success success) {
            end(success.result(), null);
        } else if (response instanceof JsonRpcMessage.Failure error) {
            end(
                    null,
                    new WorkerCallException(
                            WorkerCallException.Kind.RPC_ERROR, error.code(), error.message(), error.data()));
        }
    }

    public void fail(WorkerCallException why) {
        end(null, why);
    }

    /** The channel is gone: whether the worker may have done the call depends on how far it had come. */
    public void lose(String why) {
        fail(
                withdraw()
                        ? new WorkerCallException(WorkerCallException.Kind.NOT_SENT, why)
                        : new WorkerCallException(WorkerCallException.Kind.LOST, why));
    }

    /** The worker reads no longer: only a call that it has not got is lost. */
    void loseUnlessSent(String why) {
        if (withdraw()) {
            fail(new WorkerCallException(WorkerCallException.Kind.NOT_SENT, why));
        }
    }

    private void end(@Nullable JsonNode newResult, @Nullable WorkerCallException newFailure) {
        lock.lock();
        try {
            if (!hasEnded()) {
                result = newResult;
                failure = newFailure;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether the worker may have it. */
    boolean isSent() {
        return sending.get() == Sending.WRITTEN;
    }

    /** The client that may be asked; empty when there is none, or when the worker cannot know of this call yet. */
    public Optional<Object> audience() {
        return sending.get() == Sending.WRITTEN ? audience : Optional.empty();
    }

    /**
     * Takes in progress or a log message; false when the call has ended. A log message that follows the answer is still
     * taken while what came before it is on its way to the caller, so that none overtakes another.
     */
    boolean offer(CallEvent event) {
        lock.lock();
        try {
            if (event instanceof CallEvent.Message ? outcomeTaken : hasEnded()) {
                return false;
            }
            if (hasEnded()) {
                afterEnd++;
            }
            // One that always has more to say must not keep the answer.
            if (events.size() < EVENTS_MAX && afterEnd < EVENTS_MAX) {
                add(event);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what gives back the memory of its answer; false when it is over, and will not. */
    boolean attachGiveBack(Runnable newGiveBack) {
        lock.lock();
        try {
            if (!over) {
                giveBack = newGiveBack;
            }
            return !over;
        } finally {
            lock.unlock();
        }
    }

    /** Hands over the action that gives back the memory of its answer, to the holder of the answer. */
    Runnable giveBack() {
        lock.lock();
        try {
            Runnable taken = giveBack;
            giveBack = () -> {};
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** No caller waits for it any longer; returns the questions that go over to another call. */
    List<PendingInputRequest> over() {
        List<PendingInputRequest> left;
        lock.lock();
        try {
            over = true;
            left = List.copyOf(pendingInputs);
            pendingInputs.clear();
        } finally {
            lock.unlock();
        }
        giveBack().run();
        return left;
    }

    /** Takes in a question, which another call may have shown already; false when the call has ended or has too many. */
    boolean asked(PendingInputRequest pendingInput) {
        lock.lock();
        try {
            if (isNoLongerAsked() || pendingInputs.size() == QUESTIONS_MAX) {
                return false;
            }
            everAsked = true;
            pendingInputs.add(pendingInput);
            pendingInput.attachTo(this);
            if (pendingInput.isOver()) {
                // Meanwhile: its end may have come before it hung here.
                pendingInputs.remove(pendingInput);
            } else if (!pendingInput.isShown()) {
                add(new CallEvent.Question(pendingInput));
            }
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The question has its reply, or needs none. */
    void closed(PendingInputRequest pendingInput) {
        lock.lock();
        try {
            pendingInputs.remove(pendingInput);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The worker does not want to know it any more. */
    void withdrawn(RequestId id) {
        lock.lock();
        try {
            for (PendingInputRequest pendingInput : List.copyOf(pendingInputs)) {
                if (pendingInput.id().equals(id)) {
                    pendingInput.withdraw();
                    add(new CallEvent.Withdrawn(pendingInput));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether its time is the worker's alone: no client was asked, and it does not count as unanswered yet. */
    boolean isWorkersTurn() {
        return !everAsked && !unanswered;
    }

    /** It counts as unanswered from now on, and will not again when its caller gives it up. */
    public void markUnanswered() {
        unanswered = true;
    }

    /** Time that it has waited already. */
    public long ageNanos() {
        return System.nanoTime() - begun;
    }

    /** Whether it waits for its client; a further question of the worker's is rather another call's. */
    boolean asks() {
        lock.lock();
        try {
            return !pendingInputs.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether its client may be asked: it waits for the worker, as far as is known. */
    boolean mayAsk() {
        lock.lock();
        try {
            return !isNoLongerAsked();
        } finally {
            lock.unlock();
        }
    }

    private boolean isNoLongerAsked() {
        return over || hasEnded();
    }

    private void add(CallEvent event) {
        events.addLast(event);
        changed.signalAll();
    }

    /** Whether it has its answer, or a failure in its place. */
    public boolean isAnswered() {
        lock.lock();
        try {
            return hasEnded();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasEnded() {
        return result != null || failure != null;
    }

    /**
     * Waits for the answer, passing on what the worker says meanwhile; empty when none came in time. The time that a
     * client takes for its answers does not count, and progress gives the call its whole time anew, up to a bound.
     *
     * @throws WorkerCallException when the call ended without a result
     * @param timeouts wakes it when the time is up
     * @throws InputRequiredException when the client is to answer by a further request
     */
    Optional<JsonNode> await(Duration limit, WorkerCallContext callContext, CallTimeoutScheduler timeouts)
            throws InterruptedException {
        CallTimeLimit left = new CallTimeLimit(limit, PROGRESS_EXTENDS_MAX, System.nanoTime());
        while (true) {
            CallEvent event;
            lock.lock();
            try {
                // A worker that always has more to tell must not keep its call for good.
                event = awaitChange(left, timeouts) ? events.pollFirst() : null;
                if (event == null) {
                    return outcome();
                }
            } finally {
                lock.unlock();
            }
            if (event instanceof CallEvent.Progress) {
                left.extend(System.nanoTime());
            }
            pass(event, callContext);
        }
    }

    /** Waits until there is something to take; false when the time is up. */
    private boolean awaitChange(CallTimeLimit left, CallTimeoutScheduler timeouts) throws InterruptedException {
        while (!isUp(left) && events.isEmpty() && !hasEnded()) {
            dueAt = left.dueAt();
            dueAt.ifPresent(timeouts::expect);
            changed.await();
        }
        dueAt = OptionalLong.empty();
        return !isUp(left);
    }

    private boolean isUp(CallTimeLimit left) {
        long now = System.nanoTime();
        left.stand(!pendingInputs.isEmpty(), now);
        return left.isUp(now);
    }

    /** When the wait that is going on has to end, by {@link System#nanoTime}; empty when no caller waits. */
    OptionalLong dueAt() {
        return dueAt;
    }

    /** Has who waits look at the time. */
    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pass(CallEvent event, WorkerCallContext callContext) {
        if (event instanceof CallEvent.Progress step) {
            callContext.progressed(step.params());
        } else if (event instanceof CallEvent.Message message) {
            callContext.message(message.params());
        } else if (event instanceof CallEvent.Question question) {
            ask(question.pendingInput(), callContext);
        } else if (event instanceof CallEvent.Notice notice) {
            callContext.forwardNotification(notice.method(), notice.params());
        } else if (event instanceof CallEvent.Withdrawn withdrawn) {
            withdrawn.pendingInput().takeBack();
        } else {
            throw new AssertionError("not an event: " + event);
        }
    }

    /** Shows the client a question, unless another call of the client has to: this one has ended. */
    private void ask(PendingInputRequest pendingInput, WorkerCallContext callContext) {
        if (pendingInput.isOver() || !mayAsk()) {
            return;
        }
        CompletableFuture<WorkerInputReply> reply;
        try {
            reply = callContext.ask(pendingInput.question());
        } catch (InputRequiredException e) {
            suspendedWith = pendingInput;
            throw e;
        } catch (RuntimeException e) {
            pendingInput.refuse("the client could not be asked");
            throw e;
        }
        boolean refused = reply.getNow(null) instanceof WorkerInputReply.Refusal;
        if (!refused || (mayAsk() && !callContext.cancelled())) {
            pendingInput.shown(reply, callContext.notices());
        }
    }

    /** Whether it awaits input for the question with this key. */
    boolean awaits(String question) {
        PendingInputRequest awaited = suspendedWith;
        return awaited != null && awaited.question().key().equals(question);
    }

    /** The question that the call awaits input for. */
    public WorkerInputRequest openQuestion() {
        return Objects.requireNonNull(suspendedWith, "nothing is asked").question();
    }

    /** The call goes on for this client, which may have come by another way. */
    public void audience(Optional<Object> newAudience) {
        audience = newAudience;
    }

    /** Gives the worker the answer to the question that the call awaits input for, if it still waits for it. */
    public void answer(WorkerInputReply reply) {
        Objects.requireNonNull(suspendedWith, "nothing is asked").answer(reply);
    }

    /** Under the lock; what was taken in before has been passed on. */
    private Optional<JsonNode> outcome() {
        outcomeTaken = true;
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(result);
    }
}
