package io.weathervane.worker.routing;

import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Asks one MCP server for its tools, without a workspace: it starts the command or reaches the URL, and ends it again. */
public final class ServerToolLister {
    /** Servers make up their list until shortly after the handshake; it is asked for again until it stays the same. */
    private static final Duration SETTLE_PAUSE = Duration.ofMillis(300);

    private static final int SETTLE_ROUNDS_MAX = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Duration limit;

    /** @param limit from the start of the server to its list */
    public ServerToolLister(Duration limit) {
        this.limit = limit;
    }

    /**
     * The tools as they stand in {@code tools/list}.
     *
     * @throws io.weathervane.worker.WorkerActionRefusedException when it does not start
     * @throws io.weathervane.worker.WorkerCallException when it does not answer
     */
    public List<ObjectNode> tools(WorkerRelease release) {
        AtomicReference<@Nullable Worker> spawned = new AtomicReference<>();
        Thread onSignal = Threads.daemon("end-server", () -> end(spawned));
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (BackgroundExecutor background = new BackgroundExecutor()) {
            WorkerDependencies dependencies = new WorkerDependencies(
                    ServiceName.DEFAULT,
                    WorkerPolicy::defaults,
                    Clock.systemUTC(),
                    Ticker.system(),
                    background::run,
                    new ReleaseCallCounters(new RoleAssignments()::now));
            String mark = new ChildProcessMarker(UUID.randomUUID().toString(), Path.of("")).next();
            Stopwatch stopwatch = new Stopwatch(Ticker.system(), limit);
            try {
                Worker worker = Worker.start(release, mark, limit, /* restarts= */ 0, dependencies, spawned::set);
                return settled(worker, stopwatch);
            } finally {
                end(spawned);
            }
        } finally {
            withdraw(onSignal);
        }
    }

    private static void end(AtomicReference<@Nullable Worker> spawned) {
        Optional.ofNullable(spawned.get()).ifPresent(worker -> worker.endNow(PATIENCE));
    }

    private static List<ObjectNode> settled(Worker worker, Stopwatch stopwatch) {
        if (!worker.session().has(WorkerListKind.TOOLS)) {
            return List.of();
        }
        List<ObjectNode> before = now(worker, stopwatch);
        for (int round = 0; round < SETTLE_ROUNDS_MAX && !worker.pauseUnlessEnded(SETTLE_PAUSE); round++) {
            List<ObjectNode> after = now(worker, stopwatch);
            if (after.equals(before)) {
                return after;
            }
            before = after;
        }
        return before;
    }

    private static List<ObjectNode> now(Worker worker, Stopwatch stopwatch) {
        return worker.session().listNow(WorkerListKind.TOOLS, stopwatch, WorkerCallContext.none());
    }

    private static void withdraw(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process is ending already, and the hook is at work
        }
    }
}
