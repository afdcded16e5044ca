package io.weathervane.rollback;

import io.weathervane.app.Modules;
import io.weathervane.approval.ChangeApproval;
import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.config.CliOverrides;
import io.weathervane.config.Config;
import io.weathervane.config.ConfigReader;
import io.weathervane.config.ServiceConfig;
import io.weathervane.core.ServerContext;
import io.weathervane.event.Event;
import io.weathervane.event.EventType;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.policy.MonitorMode;
import io.weathervane.probe.WatchProbeConfig;
import io.weathervane.signal.ExternalSignalRegistry;
import io.weathervane.signal.SignalConfig;
import io.weathervane.store.Database;
import io.weathervane.store.SqlTransaction;
import io.weathervane.store.StoreOptions;
import io.weathervane.store.WriteLag;
import io.weathervane.testing.Await;
import io.weathervane.testing.EchoWorker;
import io.weathervane.testing.SampleCommand;
import io.weathervane.util.Closer;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerTimeouts;
import io.weathervane.worker.WorkersConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.json.JsonMapper;

/** A server's modules as production starts them, with worker processes and without MCP; only the intervals are short. */
public final class TestMonitor implements AutoCloseable {
    public static final Actor ALICE = new Actor("alice");
    public static final String STABLE = "stable";

    private static final Duration LATE_PACE = Duration.ofMillis(50);
    private static final Duration BUSY_TIMEOUT = StoreOptions.defaults().busyTimeout();

    private final Closer closer = new Closer();
    public final Path folder;
    public final Workspace workspace;
    public final Database database;
    public final AuditLog audit;
    public final LiveFlags flags;
    public final WorkerManager workers;
    public final RollbackMonitor monitor;
    public final ExternalSignalRegistry signals;
    public final List<Event> events = new CopyOnWriteArrayList<>();

    /** How a monitor is set up. */
    public static final class Setup {
        private final Path folder;
        private final Map<String, WorkerRelease> releases = new HashMap<>();
        private MonitorMode mode = MonitorMode.ACT;
        private Duration checkInterval = Duration.ofMillis(300);
        private Duration gracePeriod = Duration.ofMinutes(5);
        private OptionalInt consecutiveFailures = OptionalInt.empty();
        private Optional<Boolean> restore = Optional.empty();
        private boolean replays = true;
        private boolean restarts;
        private Duration drainTimeout = Duration.ofSeconds(1);
        private Clock clock = Clock.systemUTC();
        private List<SignalConfig> signals = List.of();
        private WatchProbeConfig probes = WatchProbeConfig.none();

        private Setup(Path folder) {
            this.folder = folder;
            release(STABLE);
        }

        public Setup release(String label, String... switches) {
            releases.put(label, worker(label, switches));
            return this;
        }

        /** A release whose process the shell command prepares, for example with a limit, before it becomes the worker. */
        public Setup releaseAfter(String prepare, String label, String... switches) {
            WorkerRelease usual = worker(label, switches);
            List<String> command = new ArrayList<>(List.of("sh", "-c", prepare + "; exec \"$@\"", "sh"));
            command.addAll(usual.command());
            releases.put(usual.label(), usual.with(usual.launch().orElseThrow().withCommand(command)));
            return this;
        }

        /** The stable release by way of a script, so that it cannot be started again once the script is gone. */
        public Setup stableByScript() throws IOException {
            WorkerRelease usual = worker(STABLE);
            Path script = folder.resolve("stable.sh");
            Files.writeString(script, "exec \"$@\"\n");
            List<String> command = new ArrayList<>(List.of("sh", script.toString()));
            command.addAll(usual.command());
            releases.put(usual.label(), usual.with(usual.launch().orElseThrow().withCommand(command)));
            return this;
        }

        public Setup mode(MonitorMode how) {
            mode = how;
            return this;
        }

        public Setup checkInterval(Duration interval) {
            checkInterval = interval;
            return this;
        }

        public Setup gracePeriod(Duration period) {
            gracePeriod = period;
            return this;
        }

        public Setup consecutiveFailures(int count) {
            consecutiveFailures = OptionalInt.of(count);
            return this;
        }

        public Setup withoutRestore() {
            restore = Optional.of(false);
            return this;
        }

        public Setup withRestarts() {
            restarts = true;
            return this;
        }

        /** With so long for the calls and tasks of a worker that is to be ended. */
        public Setup drainTimeout(Duration limit) {
            drainTimeout = limit;
            return this;
        }

        /** With a worker of a test's own. */
        public Setup release(WorkerRelease release) {
            releases.put(release.label(), release);
            return this;
        }

        /** With signals from outside. */
        public Setup signals(SignalConfig... configs) {
            signals = List.of(configs);
            return this;
        }

        /** With calls that a watch sends. */
        public Setup probes(WatchProbeConfig config) {
            probes = config;
            return this;
        }

        /** Without asking the previous worker before a rollback. */
        public Setup withoutReplay() {
            replays = false;
            return this;
        }

        /** With a wall clock that is this much off. */
        public Setup clockOff(Duration by) {
            clock = Clock.offset(Clock.systemUTC(), by);
            return this;
        }

        public TestMonitor start() {
            return new TestMonitor(this);
        }

        private Config config(Workspace workspace) {
            MonitorConfig monitor = new MonitorConfig(mode, MonitorPresets.DEFAULT, policy(), PolicyOverrides.none())
                    .with(probes)
                    .withReplayBeforeRollback(replays);
            Config usual = ConfigReader.read(workspace, Map.of(), CliOverrides.none());
            return new Config(
                    usual.source(),
                    usual.server(),
                    usual.callers(),
                    usual.flags(),
                    usual.webhooks(),
                    List.of(new ServiceConfig(
                            WorkersConfig.of(releases, Optional.of(STABLE), workerOptions(this)),
                            monitor,
                            usual.first().upgrade(),
                            signals,
                            List.of(),
                            Optional.empty())));
        }

        private PolicyOverrides policy() {
            PolicyOverrides overrides = PolicyOverrides.none()
                    .with(PolicyKey.GRACE_PERIOD, gracePeriod)
                    .with(PolicyKey.CHECK_INTERVAL, checkInterval)
                    .with(PolicyKey.MIN_REQUESTS, 5)
                    .withRestoreOnEscalation(restore);
            return consecutiveFailures.isPresent()
                    ? overrides.with(PolicyKey.CONSECUTIVE_FAILURES, consecutiveFailures.getAsInt())
                    : overrides;
        }
    }

    public static Setup in(Path folder) {
        return new Setup(folder);
    }

    private TestMonitor(Setup setup) {
        folder = setup.folder;
        workspace = Workspace.in(folder).create();
        ServerContext serverContext = closer.register(ServerContext.open(
                workspace,
                new StoreOptions(BUSY_TIMEOUT, StoreOptions.defaults().sizeLimitBytes(), LATE_PACE),
                setup.clock,
                Ticker.system()));
        serverContext.events().subscribe(events::add);
        database = serverContext.database();
        audit = serverContext.audit();
        Modules modules = Modules.prepare(closer, serverContext, setup.config(workspace));
        flags = modules.flags().live();
        workers = modules.workersOfFirst().manager();
        monitor = modules.rollbackOfFirst().monitor();
        signals = modules.rollbackOfFirst().signals();
        modules.begin(/* afterCrash= */ false);
    }

    private static WorkerPolicy workerOptions(Setup setup) {
        WorkerTimeouts timeouts = new WorkerTimeouts(
                setup.drainTimeout,
                WorkerTimeouts.defaults().startTimeout(),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Optional.empty());
        RestartPolicy restart = setup.restarts
                ? new RestartPolicy(Duration.ofMillis(50), Duration.ofMillis(50), 5, Duration.ofMinutes(1))
                : new RestartPolicy(Duration.ZERO, Duration.ZERO, 0, Duration.ofMinutes(1));
        return WorkerPolicy.defaults().with(timeouts, restart);
    }

    /** A worker that behaves; with switches, a sample worker that does not. */
    public static WorkerRelease worker(String label, String... switches) {
        List<String> command =
                switches.length == 0 ? EchoWorker.command("--label", label) : SampleCommand.of("--label", label);
        command.addAll(List.of(switches));
        return new WorkerRelease(
                label,
                WorkerProtocol.MCP,
                LaunchSpec.of(command),
                new HealthProbeSpec("ping", Duration.ofSeconds(2), Duration.ofMillis(20)),
                Duration.ofSeconds(5),
                List.of());
    }

    /** An approval that holds for any change. */
    public static ChangeApproval agreedBy(String approver) {
        return new ChangeApproval() {
            @Override
            public String approver() {
                return approver;
            }

            @Override
            public void take(SqlTransaction sql, String change) {}
        };
    }

    public PromotionResult promote(String release) {
        monitor.startCanary(ALICE, release);
        return monitor.promote(ALICE, "a new version", TestMonitor.agreedBy("dana"));
    }

    /** Calls a tool of the active worker; true when it went well. */
    public boolean call() {
        try {
            return !workers.call(
                            "echo",
                            JsonMapper.builder().build().createObjectNode().put("text", "hello"),
                            WorkerCallContext.none())
                    .isError();
        } catch (WorkerCallException e) {
            return false;
        }
    }

    /** Makes calls until the condition holds. */
    public void callUntil(String what, Callable<Boolean> condition) {
        Await.until(what, () -> {
            for (int i = 0; i < 10; i++) {
                call();
            }
            return condition.call();
        });
    }

    public String active() {
        return workers.view().active().map(worker -> worker.label()).orElse("none");
    }

    public void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /** Makes sure that there is no going back: the previous worker is dead and cannot be started. */
    public void losePrevious() throws IOException {
        Files.delete(folder.resolve("stable.sh"));
        kill(workers.view().previous().orElseThrow().pid().orElseThrow());
        Await.until("the previous worker is dead", () -> hasAudited(AuditKind.WORKER_EXITED));
    }

    public boolean published(EventType type) {
        return events.stream().anyMatch(event -> event.type() == type);
    }

    public List<Event> saidOf(EventType type) {
        return events.stream().filter(event -> event.type() == type).toList();
    }

    /** What happened may be recorded a moment later (ADR 16): waits for that, unless it cannot be written. */
    public List<AuditEvent> audited(AuditKind kind) {
        Await.until("what happened is recorded", () -> {
            WriteLag lag = database.deferredWrites().lag();
            return lag.waiting() == 0 || lag.failure().isPresent();
        });
        return audit.query(AuditQuery.newest(500).ofKinds(Set.of(kind))).events();
    }

    public boolean hasAudited(AuditKind kind) {
        return !audited(kind).isEmpty();
    }

    /** What another program writes while the server runs. */
    public void sql(String statement) {
        try (Connection connection = connect();
                Statement run = connection.createStatement()) {
            run.execute("PRAGMA busy_timeout = 5000");
            run.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another program's connection to the database. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + workspace.database());
    }

    @Override
    public void close() {
        closer.close();
    }
}
