package io.weathervane.app;

import io.weathervane.config.ServiceConfig;
import io.weathervane.core.ServerContext;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.mcp.UpstreamInstructions;
import io.weathervane.tool.Tool;
import io.weathervane.tool.UpstreamToolSource;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerContentService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The start of the workers and of the watch over them, beside the server's own: a worker takes longer to start than
 * the server, and flags and audit have nothing to do with it. Every call that may have to do with it waits here first,
 * so that none finds the workers half started.
 */
final class WorkerStartup implements AutoCloseable {
    /** Longest a slow worker holds a call of ours up, from the server's start on: operators must reach the server just then. */
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    /** With several services a list waits no longer for one that is starting: it would hide what the others have. */
    private static final Duration ONE_OF_SEVERAL_WAIT_MAX = Duration.ofSeconds(5);

    /**
     * Longest that clients wait for a worker whose first start failed: 5 s from then on, in which the usual pauses let it be
     * started twice more. One that fails for good keeps no client from the tools of ours for longer.
     */
    static final Duration RESTART_WAIT_MAX = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    private final Ticker ticker;
    private final Stopwatch wait;
    private final Stopwatch clientWait;
    private final Instant since;
    private final ActiveWorker worker;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Stopwatch restartWait;
    private volatile Optional<Thread> thread = Optional.empty();

    /** State of the active worker. */
    interface ActiveWorker {
        /** Why it is not up, in words; empty when it is. */
        Optional<String> missing();

        /** Whether it is not up and is to be started again. */
        boolean restartPending();

        static ActiveWorker of(WorkerContentService workers) {
            return new ActiveWorker() {
                @Override
                public Optional<String> missing() {
                    return workers.missing();
                }

                @Override
                public boolean restartPending() {
                    return workers.restartPending();
                }
            };
        }
    }

    /**
     * @param clientWait longest that what is the worker's own waits for it, from the server's start on: what it says of itself
     *     and its lists, which some clients ask for once
     */
    WorkerStartup(ActiveWorker worker, Duration clientWait, Clock clock, Ticker ticker) {
        this.worker = worker;
        this.ticker = ticker;
        this.wait = new Stopwatch(ticker, WAIT_MAX);
        this.clientWait = new Stopwatch(ticker, clientWait);
        this.restartWait = this.clientWait;
        this.since = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** The start of these workers. */
    static WorkerStartup of(ServerContext server, Workers workers, ServiceConfig config, boolean several) {
        Duration wait = config.workers().startWait();
        boolean shortened = several && wait.compareTo(ONE_OF_SEVERAL_WAIT_MAX) > 0;
        return new WorkerStartup(
                ActiveWorker.of(workers.manager().content()),
                shortened ? ONE_OF_SEVERAL_WAIT_MAX : wait,
                server.clock(),
                server.ticker());
    }

    /** @param start brings up the workers, then the watch over them */
    WorkerStartup begin(Runnable start) {
        return begin(start, () -> {});
    }

    /**
     * The same, with what has to do with a start that succeeded and no client waits for.
     *
     * @param afterwards runs once the start has ended
     */
    WorkerStartup begin(Runnable start, Runnable afterwards) {
        Thread starting = Threads.daemon("start-workers", () -> {
            if (run(start)) {
                afterwards.run();
            }
        });
        thread = Optional.of(starting);
        starting.start();
        return this;
    }

    /** Whether it has not come to its end yet, for whatever reason. */
    boolean isUnderWay() {
        return ended.getCount() > 0;
    }

    /** Waits for its end, but never longer than {@link #WAIT_MAX} after the server's start. */
    void await() {
        await(ended, wait);
    }

    /** Waits as long as clients do: for its end, and where the worker's first start failed, for the next ones. */
    void awaitForClients() {
        awaitForClients(clientWait);
    }

    /** The same, but no longer than this. */
    void awaitForClients(Stopwatch most) {
        if (settled.getCount() == 0) {
            return;
        }
        await(ended, sooner(clientWait, most));
        if (!isUnderWay()) {
            await(settled, sooner(settledWait(), most));
        }
    }

    /** Whether {@link #awaitForClients} would wait now. */
    boolean isAwaited() {
        return isUnderWay()
                ? !clientWait.passed()
                : settled.getCount() > 0 && !settledWait().passed();
    }

    private Stopwatch settledWait() {
        return sooner(restartWait, clientWait);
    }

    /** The one that ends first. */
    private static Stopwatch sooner(Stopwatch one, Stopwatch other) {
        return one.leftNanos() < other.leftNanos() ? one : other;
    }

    /** Checks the worker at each event that says that the workers have changed. */
    EventBus.Subscription follow(EventBus events) {
        return events.subscribe(event -> {
            if (event.type() == EventType.WORKERS_CHANGED) {
                workersChanged();
            }
        });
    }

    /** The workers have changed: the first one may be up, or given up. */
    void workersChanged() {
        if (!isUnderWay()) {
            settleUnlessRestarting();
        }
    }

    private void settleUnlessRestarting() {
        if (!worker.restartPending()) {
            settled.countDown();
        }
    }

    /** That the worker is not up, in words; empty when it is. */
    Optional<String> missing() {
        return isUnderWay()
                ? Optional.of("The worker behind this server is still starting, since " + since
                        + "; its tools are not known yet, and tools/list will have them once it is up")
                : worker.missing();
    }

    private void await(CountDownLatch what, Stopwatch limit) {
        try {
            boolean inTime = what.await(limit.leftNanos(), TimeUnit.NANOSECONDS);
            LOG.debug("a call waited for the workers inTime={}", inTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The tool, called after the start when it has to do with workers. */
    Tool awaitingStart(Tool tool) {
        return tool.needsWorkers() ? new StartAwaitingTool(tool, this::await) : tool;
    }

    /** The worker's tools, which are not known before it has started. */
    UpstreamToolSource awaitingStart(UpstreamToolSource tools) {
        return new StartAwaitingToolSource(tools, this);
    }

    /**
     * What the worker says of itself, once it has started or has failed to.
     *
     * @param most longest that it is waited for, from now on; where it is empty as long as clients wait
     */
    UpstreamInstructions awaitingStart(
            Supplier<String> text,
            Supplier<ObjectNode> capabilities,
            FirstClientCapabilities client,
            Optional<Duration> most) {
        Stopwatch limit = most.map(time -> new Stopwatch(ticker, time)).orElse(clientWait);
        return new StartAwaitingInstructions(text, capabilities, client, this, limit);
    }

    /** Gives a start that goes on some more time. */
    @Override
    public void close() {
        awaitEnd(new Stopwatch(ticker, WAIT_MAX));
    }

    /** Waits for the end of the start; for one that was never begun not at all. */
    void awaitEnd(Stopwatch limit) {
        thread.ifPresent(starting -> Threads.join(starting, limit.left()));
    }

    private boolean run(Runnable start) {
        try {
            start.run();
            return true;
        } catch (RuntimeException e) {
            LOG.error("the workers or the watch over them did not start", e);
            return false;
        } finally {
            restartWait = new Stopwatch(ticker, RESTART_WAIT_MAX);
            settleUnlessRestarting();
            ended.countDown();
            workersChanged(); // what changed between the two was not heeded
        }
    }
}
