package io.weathervane.shadow;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.DirectCallContext;
import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two workers that are compared. Every call of a shadow comparison goes through here, and only to tools that are
 * read-only on both. A watchdog thread ends a call that takes too long or is cancelled.
 */
final class WorkerPairCaller implements AutoCloseable {
    private static final long LOOK_MILLIS = 20;

    private final WorkerManager workers;
    private final Duration callTimeout;
    private final BooleanSupplier cancelled;
    private final Ticker ticker;
    private final AtomicReference<@Nullable DirectCallContext> running = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    WorkerPairCaller(WorkerManager workers, Duration callTimeout, BooleanSupplier cancelled, Ticker ticker) {
        this.workers = workers;
        this.callTimeout = callTimeout;
        this.cancelled = cancelled;
        this.ticker = ticker;
        Threads.loop("shadow-watch", this::watch).start();
    }

    private void watch() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                DirectCallContext call = running.get();
                if (call != null) {
                    call.look(cancelled.getAsBoolean());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean cancelled() {
        return cancelled.getAsBoolean();
    }

    Optional<WorkerRelease> release(Role role) {
        return workers.releaseOf(role);
    }

    String label(Role role) {
        return release(role).map(WorkerRelease::label).orElse("");
    }

    boolean runs(Role role) {
        WorkersView view = workers.view();
        Optional<WorkerView> worker = role == Role.ACTIVE ? view.active() : view.canary();
        return worker.filter(each -> each.state() == WorkerState.READY).isPresent();
    }

    /** The tools as they stand; empty while the worker is down. */
    List<ObjectNode> tools(Role role) {
        return workers.tools(role);
    }

    /** The tools as the worker lists them when it is asked now. */
    List<ObjectNode> toolsNow(Role role) {
        return workers.toolsNow(role, callTimeout);
    }

    /** Why the tool must not be called; looked up for each call, since tools and annotations may change meanwhile. */
    Optional<String> refusal(String tool) {
        return refusal(Role.ACTIVE, tool).or(() -> refusal(Role.CANARY, tool));
    }

    private Optional<String> refusal(Role role, String tool) {
        List<ObjectNode> named = tools(role).stream()
                .filter(each -> each.path("name").asString("").equals(tool))
                .toList();
        if (named.isEmpty()) {
            return Optional.of("the " + role.wireName() + " worker has no such tool");
        }
        return named.stream().allMatch(ReadOnlyHint::isIn)
                ? Optional.empty()
                : Optional.of("it is not annotated read-only by the " + role.wireName() + " worker");
    }

    /** Makes the call unless it must not be made; waits for its answer up to the limit, or until all is cancelled. */
    ShadowAnswer call(Role role, ShadowCall call) {
        Optional<String> refusal = refusal(call.tool());
        if (refusal.isPresent()) {
            return ShadowAnswer.notAsked(refusal.get());
        }
        Stopwatch taken = new Stopwatch(ticker, callTimeout);
        DirectCallContext context = new DirectCallContext(taken);
        running.set(context);
        try {
            ObjectNode arguments = call.arguments().deepCopy();
            ObjectNode result =
                    workers.callDirectly(role, call.tool(), arguments, context).result();
            return ShadowAnswer.of(result, taken.elapsed());
        } catch (WorkerCallException e) {
            return context.tookTooLong() ? ShadowAnswer.timedOut(callTimeout) : ShadowAnswer.of(e, taken.elapsed());
        } finally {
            running.set(null);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
