package io.weathervane.worker.routing;

import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureGroupKey;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.util.SafeText;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.Role;
import io.weathervane.worker.RunningServer;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.process.WorkerProcess;
import io.weathervane.worker.protocol.McpHandshake;
import io.weathervane.worker.protocol.McpSession;
import io.weathervane.worker.protocol.PendingCall;
import io.weathervane.worker.protocol.PlainJsonRpcSession;
import io.weathervane.worker.protocol.TaskIdLocator;
import io.weathervane.worker.protocol.TaskStatusSubscription;
import io.weathervane.worker.protocol.WorkerChannel;
import io.weathervane.worker.protocol.WorkerSession;
import io.weathervane.worker.remote.RemoteServer;
import io.weathervane.worker.remote.RequestCredentials;
import io.weathervane.worker.remote.auth.ReleaseCredentials;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** One running worker: its process or remote server, the conversation with it, and who uses it. */
public final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger("Worker");

    /** A worker that closed its stdin or stdout is of no use; it may take this long to end by itself. */
    private static final Duration SPEECHLESS_LIMIT = Duration.ofSeconds(2);

    private static final long RESOURCE_NOT_FOUND = -32002;

    /** Errors by which a worker says that its requester made a mistake: that there is no such resource, too. */
    private static final Set<Long> REQUESTERS_MISTAKES =
            Set.of((long) ErrorCode.INVALID_PARAMS.code(), RESOURCE_NOT_FOUND, -32042L);

    /** How often a worker that is to end is looked at for tasks. */
    private static final Duration TASKS_PAUSE = Duration.ofMillis(50);

    /** A call that waits so many times longer than it should may as well be given up. */
    private static final int UNANSWERED_FACTOR = 5;

    /** A process that ends closes its output first; so long its exit is waited for, to tell it from an output that was closed. */
    private static final Duration EXIT_PAUSE = Duration.ofMillis(100);

    private static final Duration HEALTH_RETRY = Duration.ofMillis(200);
    private static final Duration LIST_LIMIT = Duration.ofSeconds(10);

    private final WorkerRelease release;
    private final String shown;
    private final RunningServer server;
    private final WorkerChannel channel;
    private final WorkerLeaseCounter leases = new WorkerLeaseCounter();
    private final AtomicReference<@Nullable WorkerSession> session = new AtomicReference<>();
    private final Instant startedAt;
    private final Clock clock;
    private final ReleaseCallCounters releaseCounters;
    private final Stopwatch uptime;
    private final Ticker ticker;
    private final int restarts;
    private final ToolListFreshness toolsFreshness;
    private final ListRefreshQueue listRefreshes;
    private final Supplier<ObjectNode> clientCapabilities;
    private volatile CallCounters counters = new CallCounters();
    private final ProcessCallTally processTally = new ProcessCallTally(counters);
    private volatile Optional<HealthProbeResult> lastProbe = Optional.empty();
    private volatile Listener listener = Listener.NONE;
    private volatile boolean stopping;

    /** Hears what a worker says unasked; must be quick. */
    interface Listener {
        Listener NONE = new Listener() {
            @Override
            public void listsChanged(Worker worker) {}

            @Override
            public void listNotified(Worker worker, WorkerListKind list) {}

            @Override
            public void resourceUpdated(Worker worker, ObjectNode params) {}

            @Override
            public void notificationReceived(Worker worker, String method, ObjectNode params) {}

            @Override
            public void logged(Worker worker, ObjectNode params) {}

            @Override
            public void taskNotified(Worker worker, String method, String task, ObjectNode params) {}

            @Override
            public void tasksLost(Worker worker) {}

            @Override
            public boolean hasTasks(Worker worker) {
                return false;
            }
        };

        /** The worker announced changed lists, and they were asked for. */
        void listsChanged(Worker worker);

        /** The worker announced a change of this list, which is the same as before. */
        void listNotified(Worker worker, WorkerListKind list);

        /** The params of {@code notifications/resources/updated}. */
        void resourceUpdated(Worker worker, ObjectNode params);

        /** An extension of its said something in no call whose client could be meant. */
        void notificationReceived(Worker worker, String method, ObjectNode params);

        /** It logged something in no call whose client could be meant. */
        void logged(Worker worker, ObjectNode params);

        /** It said something about a task that it calls so. */
        void taskNotified(Worker worker, String method, String task, ObjectNode params);

        /** It tells of its tasks no longer, if it ever did. */
        void tasksLost(Worker worker);

        /** Whether it has tasks whose results are not fetched yet. */
        boolean hasTasks(Worker worker);
    }

    /** What the channel hears beside answers that are waited for. */
    private final class ChannelEvents implements WorkerChannel.Listener {
        @Override
        public void notified(JsonRpcMessage.Notification notification) {
            Worker.this.notified(notification);
        }

        @Override
        public void answeredUnawaited(long request) {
            if (taskStatusSubscription()
                    .filter(watch -> watch.answered(request))
                    .isPresent()) {
                listener.tasksLost(Worker.this);
            }
        }

        @Override
        public void ended() {
            failUnreadable();
        }

        @Override
        public void mayHaveMissed() {
            listRefreshes.changed(List.of(WorkerListKind.values()));
        }

        @Override
        public void toolsAreOld() {
            if (session.get() != null) {
                askForTools();
            }
        }

        @Override
        public void renewed() {
            Optional.ofNullable(session.get())
                    .flatMap(WorkerSession::notifications)
                    .ifPresent(notifications -> notifications.renew(LIST_LIMIT));
            mayHaveMissed();
        }

        @Override
        public Optional<ObjectNode> tool(String name) {
            return Optional.ofNullable(session.get()).flatMap(current -> current.tool(name));
        }
    }

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
        this.clock = dependencies.clock();
        this.startedAt = clock.instant();
        this.releaseCounters = dependencies.releaseCounters();
        releaseCounters.add(release.label(), counters, startedAt);
        this.ticker = dependencies.ticker();
        this.uptime = new Stopwatch(ticker);
        this.toolsFreshness = new ToolListFreshness(ticker, dependencies.background());
        this.listRefreshes = new ListRefreshQueue(dependencies.background(), this::listAgain);
        this.clientCapabilities = dependencies.policy().clientCapabilities();
        this.channel = talk.apply(new ChannelEvents());
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
            worker.toolsFreshness.copied();
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

    /** What a person needs to see why a worker ended; empty when it said nothing. */
    public String lastStderr() {
        try {
            List<String> lines = server.lastStderr();
            return lines.isEmpty() ? "" : "; its last lines on stderr: " + String.join(" | ", lines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private void notified(JsonRpcMessage.Notification notification) {
        if (notification.method().equals("notifications/resources/updated")) {
            listener.resourceUpdated(this, notification.params());
            return;
        }
        if (notification.method().equals("notifications/message")) {
            listener.logged(this, notification.params());
            return;
        }
        if (notification.method().equals("notifications/progress")) {
            progressed(notification.params());
            return;
        }
        if (notification.method().equals(WorkerChannel.ACKNOWLEDGED)) {
            taskStatusSubscription().ifPresent(watch -> watch.acknowledged(notification.params()));
            return;
        }
        if (notification.method().startsWith("notifications/tasks")) {
            TaskIdLocator.in(notification.params())
                    .ifPresent(task -> listener.taskNotified(this, notification.method(), task, notification.params()));
            return;
        }
        List<WorkerListKind> others = Stream.of(WorkerListKind.values())
                .filter(list -> list.changed().equals(notification.method()))
                .toList();
        if (!others.isEmpty()) {
            listRefreshes.changed(others);
        } else if (!ReservedMcpMethods.contains(notification.method())
                && session.get() != null
                && announcesExtensions()) {
            listener.notificationReceived(this, notification.method(), notification.params());
        }
    }

    private Optional<TaskStatusSubscription> taskStatusSubscription() {
        return Optional.ofNullable(session.get()).flatMap(WorkerSession::taskStatusSubscription);
    }

    /** With the answer to its {@code subscriptions/listen} a worker ends it. */
    private boolean announcesExtensions() {
        return session().serverInfo().announcesExtensions();
    }

    /** Of no call that waits: of one that goes on as a task. */
    private void progressed(ObjectNode params) {
        channel.taskOf(params.path("progressToken"))
                .ifPresent(task -> listener.taskNotified(this, "notifications/progress", task, params));
    }

    private void listAgain(List<WorkerListKind> others) {
        WorkerSession current = session.get();
        if (current == null) {
            return;
        }
        boolean another = false;
        for (WorkerListKind list : others) {
            another |= isAnother(current, list);
        }
        if (another) {
            listener.listsChanged(this);
        } else {
            listener.listNotified(this, others.get(0));
        }
    }

    /**
     * Asks for the tools again when our copy may be of yesterday; waits a moment for the answer, and longer when there is no
     * copy to do with.
     */
    void refreshTools() {
        if (toolsMayBeOld()) {
            Duration patience = session().tools().isEmpty() ? LIST_LIMIT : ToolListFreshness.PATIENCE;
            if (!toolsFreshness.ask(toolsAgeMax(), patience, this::askForTools)) {
                LOG.debug("worker={} is slow to list its tools; the list of last time is given", label());
            }
        }
    }

    /** Whether {@link #refreshTools} would ask. */
    boolean toolsMayBeOld() {
        return alive() && toolsFreshness.isOlderThan(toolsAgeMax());
    }

    /** Asks for the tools again because one is wanted that is not in our copy, as often as is good for the worker. */
    void lookFor(String tool) {
        if (alive() && session().tool(tool).isEmpty() && toolsFreshness.mayLookFor(tool)) {
            toolsFreshness.ask(Duration.ZERO, ToolListFreshness.PATIENCE, this::askForTools);
        }
    }

    private Duration toolsAgeMax() {
        WorkerSession current = session();
        if (current.tools().isEmpty()) {
            return ToolListFreshness.EMPTY_MAX;
        }
        return current.serverInfo().tellsOf(WorkerListKind.TOOLS)
                ? ToolListFreshness.TOLD_MAX
                : ToolListFreshness.SILENT_MAX;
    }

    private void askForTools() {
        if (isAnother(session(), WorkerListKind.TOOLS)) {
            listener.listsChanged(this);
        }
    }

    private boolean isAnother(WorkerSession current, WorkerListKind list) {
        List<ObjectNode> before = current.list(list);
        try {
            return !current.listNow(list, new Stopwatch(ticker, LIST_LIMIT), WorkerCallContext.none())
                    .equals(before);
        } catch (WorkerCallException e) {
            LOG.warn("worker={} does not answer {}, the old list stays: {}", shown, list.method(), e.reason());
            return false;
        }
    }

    private void failUnreadable() {
        killSoon();
        taskStatusSubscription().ifPresent(TaskStatusSubscription::ended);
        listener.tasksLost(this);
    }

    private void killSoon() {
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
        return counted(
                () -> callUncounted(tool, arguments, callContext),
                tool,
                new Given(Optional.of(arguments), callContext),
                toolErrors,
                sampler(tool, arguments, callContext));
    }

    /** Keeps a call that can be made again as it is: of a tool that changes nothing, no task, no part of a dialogue. */
    private Consumer<SampledCall.Outcome> sampler(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        SampledCallBuffer samples = counters.sampler();
        boolean repeatable = samples.isOn()
                && callContext.task().isEmpty()
                && callContext.continuation().isEmpty()
                && readOnly(tool);
        return repeatable ? outcome -> samples.add(new SampledCall(tool, arguments, outcome)) : Worker::notSampled;
    }

    private static void notSampled(SampledCall.Outcome outcome) {
        // its outcome is of no use to a replay
    }

    /** Any other request of MCP; of {@link McpSession#COUNTED_REQUESTS} the outcome is counted. The caller holds a lease. */
    ObjectNode request(String method, ObjectNode params, WorkerCallContext callContext) {
        Supplier<ObjectNode> work = () -> session().request(method, params, release.callTimeout(), callContext);
        return McpSession.COUNTED_REQUESTS.contains(method)
                ? counted(
                        work,
                        method,
                        new Given(Optional.of(params), callContext),
                        ToolErrorPolicy.IGNORED,
                        Worker::notSampled)
                : work.get();
    }

    /** Waits further for the result of a suspended call. The caller holds its lease. */
    ObjectNode resume(PendingCall call, WorkerCallContext callContext, ToolErrorPolicy toolErrors) {
        return call.method().equals(McpSession.TOOLS_CALL) || McpSession.COUNTED_REQUESTS.contains(call.method())
                ? counted(
                        () -> session().resume(call, release.callTimeout(), callContext),
                        call.tool(),
                        new Given(Optional.empty(), callContext),
                        toolErrors,
                        Worker::notSampled)
                : session().resume(call, release.callTimeout(), callContext);
    }

    /**
     * What the caller gave.
     *
     * @param arguments empty when they are not known any more
     */
    private record Given(Optional<ObjectNode> arguments, WorkerCallContext callContext) {
        FailedCall of(FailedCall call) {
            return call.from(arguments, callContext.meta());
        }
    }

    private ObjectNode counted(
            Supplier<ObjectNode> work,
            String tool,
            Given given,
            ToolErrorPolicy toolErrors,
            Consumer<SampledCall.Outcome> sampled) {
        CallCounters counted = counters;
        long begun = ticker.nanos();
        try {
            ObjectNode result = work.get();
            boolean toolError = result.path("isError").asBoolean(false);
            if (toolError && isCallersMistake(tool, counted)) {
                counted.failedByCaller();
                callersMistake(counted, tool, given.of(FailedCall.of(FailureGroupKey.UNKNOWN_TOOL, "")));
            } else if (toolError && toolErrors != ToolErrorPolicy.IGNORED) {
                counted.failed(tool, ticker.nanos() - begun, /* toolError= */ true);
                failed(counted, tool, given.of(FailedCall.ofToolError(result)));
                sampled.accept(SampledCall.Outcome.FAILED);
            } else {
                counted.succeeded(tool, ticker.nanos() - begun);
                if (TaskIdLocator.madeBy(result).isEmpty() && !new WorkerAnswer(result, label()).needsInput()) {
                    sampled.accept(SampledCall.Outcome.PASSED);
                }
                if (!toolError) {
                    given.arguments()
                            .ifPresent(taken -> counted.took(tool, AcceptedArgumentRefusalCounter.Print.of(taken)));
                }
            }
            return result;
        } catch (WorkerCallException e) {
            if (isCallersMistake(tool, counted, e)) {
                FailedCall mistake = given.of(mistake(tool, e));
                callersMistake(counted, tool, refused(counted, tool, given) ? mistake.asRefusal() : mistake);
                sampled.accept(SampledCall.Outcome.REFUSED);
            } else if (counts(e.kind()) || isUnreachable(e)) {
                counted.failed(tool, ticker.nanos() - begun, /* toolError= */ false);
                failed(counted, tool, given.of(failure(e)));
                sampled.accept(SampledCall.Outcome.FAILED);
            } else if (e.isAbandoned()) {
                abandoned(tool, counted, ticker.nanos() - begun, given);
            }
            throw e;
        }
    }

    /** Counts it; whether a comparison tells whose mistake it is. */
    private static boolean refused(CallCounters counted, String tool, Given given) {
        if (given.arguments().isEmpty()) {
            counted.failedByCaller();
            return false;
        }
        return counted.refused(
                tool, AcceptedArgumentRefusalCounter.Print.of(given.arguments().get()));
    }

    private void failed(CallCounters counted, String tool, FailedCall call) {
        counted.failures().failed(counted.countedAs(tool), call, clock.instant());
    }

    private void callersMistake(CallCounters counted, String tool, FailedCall call) {
        counted.failures().failedByCaller(tool, call, clock.instant());
    }

    private FailedCall failure(WorkerCallException why) {
        return switch (why.kind()) {
            case TIMEOUT -> FailedCall.of(FailureGroupKey.TIMEOUT, why.reason());
            case LOST -> lost(why);
            case NOT_SENT -> FailedCall.of(FailureGroupKey.UNREACHABLE, why.reason());
            case MALFORMED -> FailedCall.of(FailureGroupKey.MALFORMED_ANSWER, why.reason());
            default -> FailedCall.ofCode(why.code(), why.reason());
        };
    }

    private FailedCall lost(WorkerCallException why) {
        if (!isProcess()) {
            return FailedCall.of(FailureGroupKey.ANSWER_LOST, why.reason());
        }
        boolean exited = !stopping && pauseUnlessEnded(EXIT_PAUSE) && !stopping;
        String how = stopping
                ? ": this server ended it"
                : exited
                        ? server.exitCode()
                                .map(code -> " with exit code " + code)
                                .orElse("")
                        : ": its output is closed, its process runs";
        return FailedCall.of(exited ? FailureGroupKey.WORKER_EXITED : FailureGroupKey.ANSWER_LOST, why.reason() + how);
    }

    private FailedCall mistake(String tool, WorkerCallException why) {
        boolean listed = McpSession.COUNTED_REQUESTS.contains(tool)
                || session().tool(tool).isPresent();
        return listed
                ? FailedCall.ofCode(why.code(), why.reason())
                : FailedCall.of(FailureGroupKey.UNKNOWN_TOOL, why.reason());
    }

    private void abandoned(String tool, CallCounters counted, long nanos, Given given) {
        if (counted.abandoned(tool, nanos)) {
            String text = "given up after " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
            failed(counted, tool, given.of(FailedCall.of(FailureGroupKey.GIVEN_UP, text)));
            LOG.info(
                    "worker={} tool={} a call was given up by its caller after {} ms; it counts from {} ms on",
                    label(),
                    SafeText.logged(tool),
                    TimeUnit.NANOSECONDS.toMillis(nanos),
                    TimeUnit.NANOSECONDS.toMillis(counted.patienceNanos(tool)));
        }
    }

    /**
     * The calls that wait much longer than usual, see {@link SlowCallThreshold}. One that waits {@link #UNANSWERED_FACTOR} times as
     * long counts as given up, once, while no call of its tool has gone well: with one that has, the worker is slow only.
     */
    public long countOverdue() {
        CallCounters counted = counters;
        long overdue = 0;
        for (PendingCall call : channel.onWorkersTurn()) {
            String tool = toolOf(call);
            long patience = counted.patienceNanos(tool);
            overdue += !tool.isEmpty() && call.ageNanos() >= patience ? 1 : 0;
            if (!tool.isEmpty() && call.ageNanos() >= UNANSWERED_FACTOR * patience && !counted.hasDone(tool)) {
                call.markUnanswered();
                counted.unanswered(tool);
                String text = "no answer for " + TimeUnit.NANOSECONDS.toMillis(call.ageNanos()) + " ms";
                failed(counted, tool, FailedCall.of(FailureGroupKey.UNANSWERED, text));
            }
        }
        return overdue;
    }

    /** Empty for what is no call of a caller's. */
    private String toolOf(PendingCall call) {
        return release.tools().stream()
                .filter(declared -> declared.method().equals(call.method()))
                .map(JsonRpcToolConfig::name)
                .findFirst()
                .orElse(call.tool());
    }

    /** A tool that the worker does not list is its caller's mistake, unless the worker before it had that tool. */
    private boolean isCallersMistake(String tool, CallCounters counted) {
        return session().tool(tool).isEmpty() && !counted.expects(tool);
    }

    private boolean isCallersMistake(String tool, CallCounters counted, WorkerCallException failure) {
        if (failure.kind() != WorkerCallException.Kind.RPC_ERROR) {
            return false;
        }
        if (McpSession.COUNTED_REQUESTS.contains(tool)) {
            boolean unknown = failure.code() == ErrorCode.METHOD_NOT_FOUND.code() && !counted.expects(tool);
            return unknown || REQUESTERS_MISTAKES.contains(failure.code());
        }
        if (session().tool(tool).isPresent()) {
            // What the worker lists, it has: that it knows no such method is not its caller's fault.
            return failure.isCallersMistake();
        }
        return isCallersMistake(tool, counted);
    }

    /** As {@link #call}, for calls that are ours and not a caller's. */
    ObjectNode callUncounted(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        return session().call(tool, arguments, release.callTimeout(), callContext);
    }

    /** Whether the worker has the tool and says that it changes nothing. */
    boolean readOnly(String tool) {
        return session().tool(tool).filter(ReadOnlyHint::isIn).isPresent();
    }

    /** A server elsewhere that no call reaches has not ended for all we see: its calls fail as those of one that hangs do. */
    private boolean isUnreachable(WorkerCallException failure) {
        return failure.kind() == WorkerCallException.Kind.NOT_SENT && !isProcess() && !stopping;
    }

    private static boolean counts(WorkerCallException.Kind kind) {
        return switch (kind) {
            case LOST, TIMEOUT, MALFORMED, RPC_ERROR -> true;
            case NOT_SENT, NONE_ACTIVE, BUSY, CANCELLED -> false;
        };
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

    /** Its tools as they stand in {@code tools/list}. */
    public List<ObjectNode> tools() {
        return session().tools();
    }

    /** What is spoken with it. */
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

    /** How long it has run. */
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
        return counters;
    }

    /** Counts into these counters from now on; calls in flight stay with the old ones. */
    public void countInto(CallCounters newCounters) {
        counters = newCounters;
        releaseCounters.add(label(), newCounters, startedAt);
        processTally.countInto(newCounters);
    }

    /** Who hears what the worker says unasked. */
    public void setListener(Listener newListener) {
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
                new WorkerView.Calls(leases.inUse(), processTally.now(), counters.now(), counters.recent()));
    }

    private WorkerState state() {
        if (stopping) {
            return WorkerState.STOPPED;
        }
        return server.alive() ? WorkerState.READY : WorkerState.EXITED;
    }
}
