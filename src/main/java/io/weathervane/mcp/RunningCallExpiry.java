package io.weathervane.mcp;

import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Ends the calls that have been running for longer than the limit. */
final class RunningCallExpiry implements AutoCloseable {
    /** How often the running calls are looked through for expired ones. */
    private static final Duration SWEEP_INTERVAL = Duration.ofMillis(250);

    /** Threads that tell clients of expired calls, each of which may be slow to listen. */
    private static final int EXPIRY_THREADS_MAX = 16;

    private final Duration limit;
    private final Consumer<RunningCall> onExpired;
    private final Set<RunningCall> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("call-limit"));
    private final ScheduledFuture<?> sweeping;
    private final ExecutorService expiries = Threads.newPerTask("call-expired", EXPIRY_THREADS_MAX);

    /** @param onExpired ends the call; runs on a thread of its own */
    RunningCallExpiry(Duration limit, Consumer<RunningCall> onExpired) {
        this.limit = limit;
        this.onExpired = onExpired;
        long interval = Math.min(SWEEP_INTERVAL.toMillis(), Math.max(1, limit.toMillis() / 4));
        sweeping = sweeper.scheduleWithFixedDelay(
                Threads.repeated("call-limit", this::sweep), interval, interval, TimeUnit.MILLISECONDS);
    }

    void begin(RunningCall call) {
        running.add(call);
    }

    void end(RunningCall call) {
        running.remove(call);
    }

    /** Ends those that this takes, each on a thread of its own; how many. */
    int end(Predicate<RunningCall> which, Consumer<RunningCall> ending) {
        int ended = 0;
        for (RunningCall call : running) {
            if (!call.hasEnded() && which.test(call)) {
                expiries.execute(() -> ending.accept(call));
                ended++;
            }
        }
        return ended;
    }

    private void sweep() {
        for (RunningCall call : running) {
            if (!call.hasEnded() && call.runningNanos() > limit.toNanos()) {
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
