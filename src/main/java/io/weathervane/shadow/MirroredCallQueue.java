package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonMemoryEstimator;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Live calls of read-only tools on their way to the canary. A caller only puts its call into a queue; when that is full,
 * because the canary is slower than the callers, the call is dropped and counted.
 */
final class MirroredCallQueue implements AutoCloseable {
    private static final int QUEUE_MAX = 256;

    /** Larger calls are not mirrored, so that a full queue stays below 64 MB. */
    private static final int WEIGHT_MAX = 256 * 1024;

    private final BlockingQueue<CompletedCall> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final AutoCloseable listening;

    private MirroredCallQueue(WorkerManager workers) {
        this.listening = workers.onCall(this::offer);
    }

    static MirroredCallQueue of(WorkerManager workers) {
        return new MirroredCallQueue(workers);
    }

    private void offer(CompletedCall call) {
        if (!call.readOnly() || call.role() != Role.ACTIVE) {
            return;
        }
        boolean small = JsonMemoryEstimator.isAtMost(call.arguments(), WEIGHT_MAX)
                && call.answer()
                        .map(answer -> JsonMemoryEstimator.isAtMost(answer.result(), WEIGHT_MAX))
                        .orElse(true);
        if (!small || !queue.offer(call)) {
            dropped.incrementAndGet();
        }
    }

    /** The next call; waits so long for one. */
    Optional<CompletedCall> next(Duration wait) {
        try {
            return Optional.ofNullable(queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Calls that were too large, or too many. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop listening to calls", e);
        }
    }
}
