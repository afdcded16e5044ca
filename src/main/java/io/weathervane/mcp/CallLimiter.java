package io.weathervane.mcp;

import io.weathervane.tool.ToolFailureException;
import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Lets so many calls run at a time and no more, and none for longer than the limit. */
final class CallLimiter implements AutoCloseable {
    /** How often the running calls are looked through for expired ones. */
    private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

    /** Threads that tell clients of expired calls, each of which may be slow to listen. */
    private static final int EXPIRY_THREADS_MAX = 16;

    /** Places beside all others for calls that make the system safer. */
    private static final int RESERVED = 8;

    private final CallLimits limits;
    private final Semaphore permits;
    private final Semaphore reserve = new Semaphore(RESERVED);
    private final Set<RunningCall> inReserve = ConcurrentHashMap.newKeySet();
    private final Set<RunningCall> running = ConcurrentHashMap.newKeySet();
    private final Consumer<RunningCall> onExpired;
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("call-limit"));
    private final ScheduledFuture<?> sweeping;
    private final ExecutorService expiries = Threads.newPerTask("call-expired", EXPIRY_THREADS_MAX);

    /** @param onExpired ends the call; runs on a thread of its own */
    CallLimiter(CallLimits limits, Consumer<RunningCall> onExpired) {
        this.limits = limits;
        this.permits = new Semaphore(limits.concurrent());
        this.onExpired = onExpired;
        long interval =
                Math.min(SWEEP_INTERVAL.toMillis(), Math.max(1, limits.run().toMillis() / 4));
        sweeping = sweeper.scheduleWithFixedDelay(
                Threads.repeated("call-limit", this::sweep), interval, interval, TimeUnit.MILLISECONDS);
    }

    /**
     * Lets the call run.
     *
     * @param urgent whether it may have one of the places that are kept for what makes the system safer
     * @throws ToolFailureException when the server is busy for longer than a call waits
     */
    void enter(RunningCall call, boolean urgent) {
        if (permits.tryAcquire()) {
            running.add(call);
            return;
        }
        if (urgent && reserve.tryAcquire()) {
            inReserve.add(call);
        } else if (!waited()) {
            throw new ToolFailureException("The server is busy: " + limits.concurrent()
                    + " calls are running. Nothing was done; try again in a moment.");
        }
        running.add(call);
    }

    void leave(RunningCall call) {
        running.remove(call);
        (inReserve.remove(call) ? reserve : permits).release();
    }

    private boolean waited() {
        try {
            return permits.tryAcquire(limits.turn().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void sweep() {
        for (RunningCall call : running) {
            if (!call.hasEnded() && call.runningNanos() > limits.run().toNanos()) {
                expiries.execute(() -> onExpired.accept(call));
            }
        }
    }

    @Override
    public void close() {
        sweeping.cancel(false);
        sweeper.shutdown();
        expiries.shutdown();
    }
}
