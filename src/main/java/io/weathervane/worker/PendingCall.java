package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request that waits for its answer. The caller's own thread reports the progress, so a caller that is slow to take
 * it never holds up the worker's other calls.
 */
final class PendingCall {
    /** Progress that the caller has not taken yet; more is dropped, since the next says it better. */
    private static final int PROGRESS_MAX = 64;

    /** How far the request is on its way to the worker. */
    private enum Sending {
        QUEUED,
        WRITTEN,
        WITHDRAWN
    }

    private final long id;
    private final AtomicReference<Sending> sending = new AtomicReference<>(Sending.QUEUED);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ObjectNode> progress = new ArrayDeque<>();
    private @Nullable JsonNode result;
    private @Nullable WorkerCallException failure;

    PendingCall(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /** Asked by the writer, just before it writes; false when the call was withdrawn meanwhile. */
    boolean beginWriting() {
        return sending.compareAndSet(Sending.QUEUED, Sending.WRITTEN);
    }

    /** Takes the request back; false when the worker may have it already. */
    boolean withdraw() {
        return sending.compareAndSet(Sending.QUEUED, Sending.WITHDRAWN);
    }

    void answer(JsonRpcMessage.Response response) {
        if (response instanceof JsonRpcMessage.Success success) {
            end(success.result(), null);
        } else if (response instanceof JsonRpcMessage.Failure error) {
            end(
                    null,
                    new WorkerCallException(
                            WorkerCallException.Kind.RPC_ERROR, error.code(), error.message(), error.data()));
        }
    }

    void fail(WorkerCallException why) {
        end(null, why);
    }

    /** The channel is gone: whether the worker may have done the call depends on how far it had come. */
    void lose(String why) {
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
            if (result == null && failure == null) {
                result = newResult;
                failure = newFailure;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void progressed(ObjectNode params) {
        lock.lock();
        try {
            if (progress.size() < PROGRESS_MAX) {
                progress.addLast(params);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the answer, passing on the progress; empty when none came in time.
     *
     * @throws WorkerCallException when the call ended without a result
     */
    Optional<JsonNode> await(Duration limit, WorkerCallScope scope) throws InterruptedException {
        long left = limit.toNanos();
        while (true) {
            ObjectNode step;
            lock.lock();
            try {
                while (progress.isEmpty() && result == null && failure == null && left > 0) {
                    left = changed.awaitNanos(left);
                }
                step = progress.pollFirst();
                if (step == null) {
                    return outcome();
                }
            } finally {
                lock.unlock();
            }
            report(step, scope);
        }
    }

    private Optional<JsonNode> outcome() {
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(result);
    }

    private static void report(ObjectNode step, WorkerCallScope scope) {
        JsonNode done = step.path("progress");
        JsonNode total = step.path("total");
        JsonNode message = step.path("message");
        if (done.isNumber()) {
            scope.progress(
                    done.doubleValue(),
                    total.isNumber() ? OptionalDouble.of(total.doubleValue()) : OptionalDouble.empty(),
                    message.isString() ? Optional.of(message.stringValue()) : Optional.empty());
        }
    }
}
