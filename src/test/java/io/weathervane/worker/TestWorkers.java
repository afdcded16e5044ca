package io.weathervane.worker;

import io.weathervane.app.Workers;
import io.weathervane.core.ServerContext;
import io.weathervane.event.Event;
import io.weathervane.store.Database;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.Closer;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.routing.ReleaseCallCounters;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.WorkerDependencies;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The workers as production prepares them, on a workspace and with real processes; ends all of them when closed. */
public final class TestWorkers implements AutoCloseable {
    public static final RestartPolicy NO_RESTART =
            new RestartPolicy(Duration.ZERO, Duration.ZERO, 0, Duration.ofMinutes(1));
    public static final WorkerPolicy OPTIONS = WorkerPolicy.defaults()
            .with(
                    new WorkerTimeouts(
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(20),
                            Duration.ofSeconds(2),
                            Duration.ofSeconds(20),
                            Optional.empty()),
                    NO_RESTART);

    private final Path folder;
    private final Map<String, WorkerRelease> releases = new TreeMap<>();
    private final Closer open = new Closer();
    public final List<Event> events = new CopyOnWriteArrayList<>();
    public final List<UnexpectedWorkerExit> exits = new CopyOnWriteArrayList<>();

    public TestWorkers(Path folder, WorkerRelease... releases) {
        this.folder = folder;
        for (WorkerRelease release : releases) {
            this.releases.put(release.label(), release);
        }
    }

    public TestWorkers with(WorkerRelease release) {
        releases.put(release.label(), release);
        return this;
    }

    /** A started manager; the release named is the configuration's initial one. */
    public WorkerManager start(String initial, WorkerPolicy policy) {
        return start(Optional.of(initial), policy, context());
    }

    public WorkerManager start(Optional<String> initial, WorkerPolicy policy, ServerContext context) {
        WorkerManager manager = Workers.prepare(
                        open, context, WorkersConfig.of(releases, initial, policy), Workers.statusFile(context))
                .manager();
        manager.onUnexpectedExit(exits::add);
        manager.start();
        return manager;
    }

    public WorkerManager start(String initial) {
        return start(initial, OPTIONS);
    }

    /** What a server's modules share; another one is as another server's on the same workspace. */
    public ServerContext context() {
        ServerContext context = open.register(
                ServerContext.open(workspace().create(), StoreOptions.defaults(), Clock.systemUTC(), Ticker.system()));
        context.events().subscribe(events::add);
        return context;
    }

    public Database database() {
        return context().database();
    }

    public Path json() {
        return workspace().analytics().resolve("worker_manager.json");
    }

    private Workspace workspace() {
        return Workspace.in(folder);
    }

    public static WorkerPolicy options(RestartPolicy restart, Duration drain, Duration start) {
        return OPTIONS.with(
                new WorkerTimeouts(drain, start, OPTIONS.stopTimeout(), OPTIONS.replacementWait(), Optional.empty()),
                restart);
    }

    /** Of a worker that is started without a manager. */
    public static WorkerDependencies dependencies(WorkerPolicy policy) {
        return new WorkerDependencies(
                ServiceName.DEFAULT,
                () -> policy,
                Clock.systemUTC(),
                Ticker.system(),
                Runnable::run,
                new ReleaseCallCounters(new RoleAssignments()::now));
    }

    public static String answeredBy(WorkerManager manager) {
        return manager.call("echo", SampleReleases.text("hello"), WorkerCallContext.none())
                .label();
    }

    public static long pid(Optional<WorkerView> view) {
        return view.orElseThrow().pid().orElseThrow();
    }

    /** Of one worker's processes and no other's. */
    public static String mark() {
        return new ChildProcessMarker("tests", Path.of("")).next();
    }

    public static void awaitGone(long pid) {
        Await.until(
                "process " + pid + " is gone",
                () -> ProcessHandle.of(pid).map(handle -> !handle.isAlive()).orElse(true));
    }

    @Override
    public void close() {
        open.close();
    }
}
