package io.weathervane.worker.routing;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.Role;
import io.weathervane.worker.RunningServer;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.process.WorkerProcess;
import io.weathervane.worker.protocol.McpHandshake;
import io.weathervane.worker.protocol.McpSession;
import io.weathervane.worker.protocol.PendingCall;
import io.weathervane.worker.protocol.PlainJsonRpcSession;
import io.weathervane.worker.protocol.WorkerChannel;
import io.weathervane.worker.protocol.WorkerSession;
import io.weathervane.worker.remote.RemoteServer;
import io.weathervane.worker.remote.RequestCredentials;
import io.weathervane.worker.remote.auth.ReleaseCredentials;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** One running worker: its process or remote server, the conversation with it, and who uses it. */
public final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger("Worker");

    /** A worker that closed its stdin or stdout is of no use; it may take this long to end by itself. */
    private static final Duration SPEECHLESS_LIMIT = Duration.ofSeconds(2);

    /** How often a worker that is to end is looked at for tasks. */
    private static final Duration TASKS_PAUSE = Duration.ofMillis(50);

    private static final Duration HEALTH_RETRY = Duration.ofMillis(200);

    private final WorkerRelease release;
    private final String shown;
    private final RunningServer server;
    private final WorkerChannel channel;
    private final WorkerLeaseCounter leases = new WorkerLeaseCounter();
    private final AtomicReference<@Nullable WorkerSession> session = new AtomicReference<>();
    private final Instant startedAt;
    private final Stopwatch uptime;
    private final Ticker ticker;
    private final int restarts;
    private final WorkerListRefresher lists;
    private final Supplier<ObjectNode> clientCapabilities;
    private final WorkerCallRecorder calls;
    private volatile Optional<HealthProbeResult> lastProbe = Optional.empty();
    private volatile WorkerListener listener = WorkerListener.NONE;
    private volatile boolean stopping;

    private Worker(
            WorkerRelease release,
            RunningServer server,
            Function<WorkerChannel.Listener, WorkerChannel> talk,
            int restarts,
            WorkerDependencies dependencies) {
        this.release = release;
        this.shown = dependencies.service().shown(release.label());
        this.server = server;
        this.restarts = restarts;
        this.startedAt = dependencies.clock().instant();
        this.calls = new WorkerCallRecorder(this, startedAt, dependencies);
        this.ticker = dependencies.ticker();
        this.uptime = new Stopwatch(ticker);
        this.lists = new WorkerListRefresher(this, dependencies);
        this.clientCapabilities = dependencies.policy().clientCapabilities();
        this.channel = talk.apply(new WorkerChannelEvents(this));
    }

    /**
     * Starts a worker and waits until it is ready for calls.
     *
     * @param mark by which its processes are found, see {@link io.weathervane.util.ChildProcessMarker}
     * @param restarts how often this release was started again in a row
     * @param spawned told as soon as there is a process, ready or not
     * @throws WorkerActionRefusedException when it cannot be run, ends, or does not become ready in time
     */
    public static Worker start(
            WorkerRelease release,
            String mark,
            Duration limit,
            int restarts,
            WorkerDependencies dependencies,
            Consumer<Worker> spawned) {
        Worker worker = release.remote().isPresent()
                ? connected(release, release.remote().get(), restarts, dependencies)
                : over(
                        WorkerProcess.spawn(dependencies.service(), release, mark, dependencies.ticker()),
                        release,
                        restarts,
                        dependencies);
        spawned.accept(worker);
        try {
            worker.session.set(worker.handshake(new Stopwatch(dependencies.ticker(), limit)));
            worker.lists.copied();
            return worker;
        } catch (WorkerCallException e) {
            throw worker.didNotStart(e);
        } catch (RuntimeException | Error e) {
            worker.stopping = true;
            worker.server.kill();
            throw e;
        }
    }

    /** A worker with which the conversation has begun: ready for calls. */
    static Worker of(
            WorkerRelease release, WorkerProcess process, WorkerSession session, WorkerDependencies dependencies) {
        Worker worker = over(process, release, /* restarts= */ 0, dependencies);
        worker.session.set(session);
        return worker;
    }

    private static Worker connected(
            WorkerRelease release, RemoteSpec remote, int restarts, WorkerDependencies dependencies) {
        RequestCredentials credentials = ReleaseCredentials.of(
                remote.access(),
                name -> Optional.ofNullable(System.getenv(name)),
                dependencies.clock(),
                dependencies.ticker());
        String shown = dependencies.service().shown(release.label());
        RemoteServer server = new RemoteServer(shown, remote, credentials, dependencies.ticker());
        int messageBytes = dependencies.policy().messageBytes();
        return around(
                server,
                release,
                listener -> WorkerChannel.over(shown, server.connection(messageBytes), dependencies.ticker(), listener),
                restarts,
                dependencies);
    }

    private static Worker over(
            WorkerProcess process, WorkerRelease release, int restarts, WorkerDependencies dependencies) {
        return around(
                process,
                release,
                listener -> WorkerChannel.start(
                        dependencies.service().shown(release.label()),
                        process.stdout(),
                        process.stdin(),
                        dependencies.policy().messageBytes(),
                        dependencies.ticker(),
                        listener),
                restarts,
                dependencies);
    }

    /** A process that cannot be talked to is of no use. */
    private static Worker around(
            RunningServer server,
            WorkerRelease release,
            Function<WorkerChannel.Listener, WorkerChannel> talk,
            int restarts,
            WorkerDependencies dependencies) {
        try {
            return new Worker(release, server, talk, restarts, dependencies);
        } catch (RuntimeException | Error e) {
            server.kill();
            throw e;
        }
    }

    private WorkerSession handshake(Stopwatch stopwatch) {
        if (release.protocol() == WorkerProtocol.MCP) {
            return new McpHandshake(channel, shown, stopwatch, clientCapabilities).perform();
        }
        PlainJsonRpcSession plain = new PlainJsonRpcSession(channel, release);
        awaitHealthy(plain, stopwatch);
        return plain;
    }

    /** A plain worker is ready once it says that it is healthy; it may need some attempts. */
    private void awaitHealthy(PlainJsonRpcSession plain, Stopwatch stopwatch) {
        while (true) {
            Optional<String> problem = plain.problem(release.probe().method(), stopwatch.left());
            if (problem.isEmpty()) {
                return;
            }
            if (stopwatch.passed() || pauseUnlessEnded(HEALTH_RETRY)) {
                throw new WorkerCallException(WorkerCallException.Kind.TIMEOUT, "it is not healthy: " + problem.get());
            }
        }
    }

    /** Waits so long, or less when the process ends; true when it has ended. */
    public boolean pauseUnlessEnded(Duration pause) {
        try {
            return server.awaitExit(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private WorkerActionRefusedException didNotStart(WorkerCallException e) {
        // A closed stdout is seen a moment before the exit: without the pause it could not be told from a hang.
        boolean gone = e.kind() == WorkerCallException.Kind.LOST || e.kind() == WorkerCallException.Kind.NOT_SENT;
        boolean ended = isProcess() && (gone ? pauseUnlessEnded(SPEECHLESS_LIMIT) : !server.alive());
        stopping = true;
        server.kill();
        pauseUnlessEnded(SPEECHLESS_LIMIT);
        Optional<Integer> exitCode = ended ? server.exitCode() : Optional.empty();
        String why = exitCode.isPresent()
                ? "it ended with exit code " + exitCode.get()
                : (release.protocol() == WorkerProtocol.MCP ? notLikeAServer(gone) : "") + e.reason();
        return new WorkerActionRefusedException(
                "worker " + shown + " did not start: " + why + lastStderr(), exitCode, e);
    }

    private String notLikeAServer(boolean gone) {
        if (isProcess()) {
            return "it does not answer like an MCP server on stdio: ";
        }
        return gone ? "" : "it does not answer like an MCP server over HTTP: ";
    }

    /** Whether it is a process of this machine, whose end is seen. */
    boolean isProcess() {
        return release.remote().isEmpty();
    }

    /** Text that shows a person why a worker ended; empty when it wrote nothing. */
    public String lastStderr() {
        try {
            List<String> lines = server.lastStderr();
            return lines.isEmpty() ? "" : "; its last lines on stderr: " + String.join(" | ", lines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** Ends a worker that cannot be talked to any more, which may end by itself in the meantime. */
    void killSoon() {
        try {
            CompletableFuture.delayedExecutor(SPEECHLESS_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(server::kill);
        } catch (RuntimeException | Error e) {
            server.kill();
            throw e;
        }
    }

    /**
     * Calls a tool and counts the outcome. The caller holds a lease.
     *
     * @throws WorkerCallException when there is no result
     */
    public ObjectNode call(
            String tool, ObjectNode arguments, WorkerCallContext callContext, ToolErrorPolicy toolErrors) {
        return calls.call(() -> callUncounted(tool, arguments, callContext), tool, arguments, callContext, toolErrors);
    }

    /** Any other request of MCP; of {@link McpSession#COUNTED_REQUESTS} the outcome is counted. The caller holds a lease. */
    ObjectNode request(String method, ObjectNode params, WorkerCallContext callContext) {
        Supplier<ObjectNode> work = () -> session().request(method, params, release.callTimeout(), callContext);
        return McpSession.COUNTED_REQUESTS.contains(method)
                ? calls.request(work, method, params, callContext)
                : work.get();
    }

    /** Waits further for the result of a suspended call. The caller holds its lease. */
    ObjectNode resume(PendingCall call, WorkerCallContext callContext, ToolErrorPolicy toolErrors) {
        return call.method().equals(McpSession.TOOLS_CALL) || McpSession.COUNTED_REQUESTS.contains(call.method())
                ? calls.resume(
                        () -> session().resume(call, release.callTimeout(), callContext),
                        call.tool(),
                        callContext,
                        toolErrors)
                : session().resume(call, release.callTimeout(), callContext);
    }

    /** As {@link #call}, for calls that are ours and not a caller's. */
    ObjectNode callUncounted(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        return session().call(tool, arguments, release.callTimeout(), callContext);
    }

    /** Whether the worker has the tool and says that it changes nothing. */
    boolean readOnly(String tool) {
        return session().tool(tool).filter(ReadOnlyHint::isIn).isPresent();
    }

    /** Lets the calls in flight finish, takes no new ones, and ends the process; true when no call was cut off. */
    public boolean dispose(Duration drainLimit, Duration stopLimit) {
        Stopwatch limit = new Stopwatch(ticker, drainLimit);
        boolean drained = drain(limit) && awaitTasks(limit);
        endNow(stopLimit.dividedBy(2));
        return drained;
    }

    /** Lets the clients of tasks fetch their results; true when they have. */
    private boolean awaitTasks(Stopwatch limit) {
        while (listener.hasTasks(this)) {
            if (limit.passed() || pauseUnlessEnded(TASKS_PAUSE)) {
                LOG.warn("worker={} has tasks whose results were not fetched; ending it", label());
                return false;
            }
        }
        return true;
    }

    /** Takes no new calls and lets those in flight finish; true when they have. */
    public boolean drain(Stopwatch limit) {
        leases.close();
        try {
            boolean drained = leases.awaitIdle(limit.left());
            if (!drained) {
                LOG.warn("worker={} still has {} calls after {}; ending it", label(), leases.inUse(), limit.elapsed());
            }
            return drained;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Ends the process, whatever calls it has; one that is just being {@link #dispose disposed} of sooner than planned.
     *
     * @param patience from closed stdin to SIGTERM, and from there to SIGKILL
     */
    public void endNow(Duration patience) {
        stopping = true;
        leases.close();
        channel.closeInput();
        server.stop(patience);
    }

    public WorkerSession session() {
        WorkerSession current = session.get();
        if (current == null) {
            throw new IllegalStateException("worker " + label() + " is not ready yet");
        }
        return current;
    }

    /** Empty before the conversation has begun. */
    Optional<WorkerSession> readySession() {
        return Optional.ofNullable(session.get());
    }

    /** Keeps its lists fresh. */
    WorkerListRefresher lists() {
        return lists;
    }

    WorkerChannel channel() {
        return channel;
    }

    WorkerListener listener() {
        return listener;
    }

    /** Its tools as they stand in {@code tools/list}. */
    public List<ObjectNode> tools() {
        return session().tools();
    }

    /** Protocol in use with it. */
    public String protocol() {
        return session().protocol();
    }

    /** Asks once for its health: why it is not healthy; throws {@link WorkerCallException} when there is no answer. */
    public Optional<String> problem() {
        HealthProbeSpec spec = release.probe();
        return session().problem(spec.method(), spec.timeout()).or(() -> server.problem(spec.timeout()));
    }

    public WorkerRelease release() {
        return release;
    }

    public String label() {
        return release.label();
    }

    /** The label in texts and logs; see {@link io.weathervane.worker.ServiceName#shown}. */
    public String shown() {
        return shown;
    }

    public RunningServer server() {
        return server;
    }

    /** Where it runs, for the log. */
    public String where() {
        return server.pid().isPresent() ? "pid=" + server.pid().getAsLong() : "url=" + String.join(",", urls());
    }

    private List<String> urls() {
        return release.remote().map(RemoteSpec::urls).orElse(List.of()).stream()
                .map(URI::toString)
                .toList();
    }

    WorkerLeaseCounter leases() {
        return leases;
    }

    /** Calls that the worker has and has not answered. */
    public int waitingCalls() {
        return channel.waitingCalls();
    }

    int restarts() {
        return restarts;
    }

    /** Time that it has run. */
    public Duration uptime() {
        return uptime.elapsed();
    }

    /** Whether a call has a chance: it runs, listens and speaks. */
    public boolean alive() {
        return server.alive() && channel.open() && !stopping;
    }

    /** Whether its end is our wish. */
    public boolean stopping() {
        return stopping;
    }

    public CallCounters tally() {
        return calls.counters();
    }

    /** Counts into these counters from now on; calls in flight stay with the old ones. */
    public void countInto(CallCounters newCounters) {
        calls.countInto(newCounters);
    }

    /** The calls that wait much longer than usual; those that wait for good count as given up from now on. */
    public long countOverdue() {
        return calls.countOverdue(channel.onWorkersTurn());
    }

    /** Sets the receiver of the worker's notifications. */
    public void setListener(WorkerListener newListener) {
        listener = newListener;
    }

    public void remember(HealthProbeResult probe) {
        lastProbe = Optional.of(probe);
    }

    public WorkerView view(Role role, int canaryWeight) {
        return new WorkerView(
                role,
                canaryWeight,
                new WorkerView.Program(
                        label(),
                        release.protocol(),
                        session().protocol(),
                        session().serverInfo().version()),
                new WorkerView.RunningProcess(server.pid(), urls(), startedAt, uptime(), release.user()),
                new WorkerView.Health(state(), restarts, lastProbe, server.exitCode()),
                new WorkerView.Calls(leases.inUse(), calls.total(), tally().now(), tally().recent()));
    }

    private WorkerState state() {
        if (stopping) {
            return WorkerState.STOPPED;
        }
        return server.alive() ? WorkerState.READY : WorkerState.EXITED;
    }
}
