package io.weathervane.worker.role;

import io.weathervane.event.EventBus;
import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureReport;
import io.weathervane.store.Database;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.util.ChildProcessMarker;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.ArgumentCheckFactory;
import io.weathervane.worker.CallTallyDetails;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.CanaryStartCancellation;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.OngoingDrain;
import io.weathervane.worker.ProcessUsage;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.Role;
import io.weathervane.worker.RollbackReadiness;
import io.weathervane.worker.RunningServer;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.ToolDefinitionDrift;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.UnexpectedWorkerExit;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerContentService;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerStatusFile;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.WorkerTaskService;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersConfig;
import io.weathervane.worker.WorkersView;
import io.weathervane.worker.process.OrphanProcesses;
import io.weathervane.worker.routing.ActiveWorkerContentService;
import io.weathervane.worker.routing.BackgroundExecutor;
import io.weathervane.worker.routing.CallCounters;
import io.weathervane.worker.routing.CallRouter;
import io.weathervane.worker.routing.CallsAwaitingInput;
import io.weathervane.worker.routing.ReleaseCallCounters;
import io.weathervane.worker.routing.RoleAssignment;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.RoleSlot;
import io.weathervane.worker.routing.ServerToolLister;
import io.weathervane.worker.routing.TaskRouter;
import io.weathervane.worker.routing.TaskTable;
import io.weathervane.worker.routing.ToolListGrace;
import io.weathervane.worker.routing.Worker;
import io.weathervane.worker.routing.WorkerDependencies;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Owns the workers and puts their parts together.
 *
 * <p>Calls read the role assignment without a lock. Changes of it take turns by the lock of {@link RoleAssignments}, which is never
 * held while a process starts or ends: a rollback must not wait for a canary that is slow to start. At most one write
 * to the database happens under it.
 */
public final class DefaultWorkerManager implements WorkerManager {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final ServiceName service;
    private volatile WorkerPolicy policy;
    private final Ticker ticker;
    private final RoleAssignments roles = new RoleAssignments();
    private final BackgroundExecutor background = new BackgroundExecutor();
    private final CallsAwaitingInput callsAwaitingInput;
    private final ToolListGrace grace;
    private final CallRouter router;
    private final ReleaseCallCounters releaseCounters = new ReleaseCallCounters(roles::now);
    private final Clock clock;
    private final TaskTable taskTable;
    private final TaskRouter tasks;
    private final ActiveWorkerContentService content;
    private final HealthProber prober;
    private final ChildProcessMarker marker;
    private final OrphanProcesses orphanProcesses;
    private final ServiceWorkerStatus status;
    private final WorkerEventPublisher workerEvents;
    private final WorkerLifecycle lifecycle;
    private final ReleaseCatalog releases;
    private final WorkersViewBuilder viewBuilder;
    private final RoleRecorder roleRecorder;
    private final CanaryLifecycle canary;
    private final PreviousWorker previousWorker;
    private final RoleSwitcher switcher;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean done;
    private volatile boolean closed;

    /**
     * The tools of a release that this server does not run: it is started or reached, asked, and ended.
     *
     * @param limit from its start to its list
     * @throws WorkerActionRefusedException when it does not start
     * @throws io.weathervane.worker.WorkerCallException when it does not answer
     */
    public static List<ObjectNode> toolsOf(WorkerRelease release, Duration limit) {
        return new ServerToolLister(limit).tools(release);
    }

    /** @param file the server's, of which the workers become a part */
    public DefaultWorkerManager(
            Database database,
            WorkersConfig config,
            WorkerStatusFile file,
            EventBus events,
            Clock clock,
            Ticker ticker) {
        this.service = config.service();
        this.taskTable = new TaskTable(service.taskIdPrefix());
        this.policy = config.policy();
        this.ticker = ticker;
        this.clock = clock;
        ReleaseStore store = new ReleaseStore(database, config.service());
        this.callsAwaitingInput = new CallsAwaitingInput(background, CallsAwaitingInput.LIFETIME);
        this.grace = new ToolListGrace(roles, clock, ticker);
        this.router = new CallRouter(roles, () -> policy, ticker, callsAwaitingInput, taskTable, grace);
        this.tasks = new TaskRouter(roles, taskTable, callsAwaitingInput, background);
        this.prober = new HealthProber(service, roles, ticker);
        this.marker = new ChildProcessMarker(
                store.mark(), Optional.ofNullable(file.path().getParent()).orElse(file.path()));
        this.orphanProcesses = new OrphanProcesses(store, marker, background::runInOrder);
        this.status = ServiceWorkerStatus.in(file, service, this::view, clock, background);
        this.workerEvents = new WorkerEventPublisher(
                events, clock, status, worker -> roles.now().roleOf(worker), taskTable);
        WorkerDependencies dependencies =
                new WorkerDependencies(service, () -> policy, clock, ticker, background::run, releaseCounters);
        this.lifecycle = new WorkerLifecycle(roles, dependencies, background, orphanProcesses, workerEvents);
        this.releases = new ReleaseCatalog(config, store, workerEvents);
        this.viewBuilder = new WorkersViewBuilder(roles, this.releases, workerEvents, grace);
        this.roleRecorder = new RoleRecorder(database, config.service(), roles, workerEvents, clock);
        this.canary = new CanaryLifecycle(roles, lifecycle, prober, workerEvents, dependencies);
        this.previousWorker = new PreviousWorker(roles, lifecycle, prober);
        this.switcher = new RoleSwitcher(roles, lifecycle, previousWorker, roleRecorder, workerEvents, dependencies);
        this.content = new ActiveWorkerContentService(roles, router, workerEvents.notifications(), background, ticker);
        roles.onChange(() -> {
            workerEvents.changed();
            content.switched();
        });
    }

    @Override
    public void start(boolean afterCrash) {
        status.readEarlierEvents();
        orphanProcesses
                .kill(afterCrash)
                .forEach(label ->
                        workerEvents.journal("orphan-killed", label, Optional.empty(), WorkerEventPublisher.details()));
        Optional<WorkerRelease> active = releases.recorded(Role.ACTIVE).or(releases::initial);
        active.ifPresent(release -> {
            roles.set(roles.now().with(Role.ACTIVE, RoleSlot.empty(release)));
            releases.recorded(Role.PREVIOUS)
                    .ifPresent(previous -> roles.set(roles.now().with(Role.PREVIOUS, RoleSlot.empty(previous))));
            beginHistory();
            roleRecorder.write();
            releases.drift(roles.now()).forEach(difference -> LOG.warn("drift: {}{}", difference, service.logged()));
            lifecycle.startInto(Role.ACTIVE, release, /* replaced= */ null, new CallCounters());
            switcher.logRollbackTarget();
        });
        RoleSlot previous = roles.now().previous();
        if (previous != null) {
            background.run(() ->
                    lifecycle.startInto(Role.PREVIOUS, previous.release(), /* replaced= */ null, new CallCounters()));
        }
        workerEvents.changed();
    }

    private void beginHistory() {
        Optional<String> previous = roles.now().label(Role.PREVIOUS);
        previous.ifPresent(label -> releaseCounters.begin(label, Optional.empty(), clock.instant()));
        roles.now().label(Role.ACTIVE).ifPresent(label -> releaseCounters.begin(label, previous, clock.instant()));
    }

    @Override
    public synchronized void configure(WorkersConfig config) {
        policy = policy.with(config.policy().timeouts(), policy.restart());
        releases.replace(config);
        workerEvents.changed();
    }

    @Override
    public synchronized void countToolErrors(ToolErrorPolicy toolErrors) {
        policy = policy.with(toolErrors);
    }

    @Override
    public ServiceName service() {
        return service;
    }

    @Override
    public WorkersView view() {
        return viewBuilder.view();
    }

    @Override
    public void noteAlso(Supplier<List<String>> more) {
        viewBuilder.noteAlso(more);
    }

    @Override
    public WorkerView startCanary(String releaseLabel) {
        refuseWhenClosed();
        return canary.start(releases.get(releaseLabel), new CanaryStartCancellation());
    }

    @Override
    public WorkerView startCanary(WorkerRelease release, CanaryStartCancellation starts) {
        refuseWhenClosed();
        return canary.start(release, starts);
    }

    @Override
    public void canaryWeight(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("the canary weight is from 0 to 100 %, was " + percent);
        }
        refuseWhenClosed();
        canary.weigh(percent);
    }

    @Override
    public int canaryWeight() {
        return canary.canaryWeight();
    }

    @Override
    public void stopCanary() {
        canary.stop();
    }

    @Override
    public WorkerSwitchResult promote(SameTransactionWriter<WorkerSwitchResult> sameTransaction) {
        refuseWhenClosed();
        Worker next = canary.healthy();
        Runnable undo = grace.begin(next, policy.timeouts().oldToolListGrace());
        WorkerSwitchResult done;
        try {
            done = switcher.promote(next, sameTransaction);
        } catch (RuntimeException e) {
            undo.run();
            throw e;
        }
        policy.standbyRetention().ifPresent(lifecycle::endStandbyAfter);
        return done;
    }

    @Override
    public WorkerSwitchResult switchToActive(AdditionalSwitchRecordSource additionalRecords) {
        refuseWhenClosed();
        WorkerSwitchResult done = switcher.switchToActive(additionalRecords);
        grace.end();
        return done;
    }

    @Override
    public OngoingDrain disposeReplaced() {
        return switcher.disposeReplaced();
    }

    @Override
    public HealthProbeResult probe(Role role) {
        return prober.probe(role);
    }

    @Override
    public RollbackReadiness preflightPrevious() {
        return previousWorker.preflight();
    }

    @Override
    public Optional<ProcessUsage> usage(Role role) {
        return roles.now()
                .worker(role)
                .filter(Worker::alive)
                .map(Worker::server)
                .flatMap(RunningServer::usage);
    }

    @Override
    public CallTotals tally(Role role) {
        return roles.now().worker(role).map(worker -> worker.tally().now()).orElse(CallTotals.NONE);
    }

    @Override
    public CallTallyDetails figures(Role role) {
        return roles.now().worker(role).map(worker -> worker.tally().figures()).orElse(CallTallyDetails.NONE);
    }

    @Override
    public Optional<ServedCallTotals> served(Role role) {
        return roles.now()
                .worker(role)
                .map(worker ->
                        worker.tally().served(worker.release(), worker.server().instance()));
    }

    @Override
    public long countOverdue(Role role) {
        return roles.now().worker(role).map(Worker::countOverdue).orElse(0L);
    }

    @Override
    public FailureReport failures() {
        return releaseCounters.failures();
    }

    @Override
    public void recordProbe(String label, String tool, Optional<FailedCall> failure) {
        releaseCounters.probed(label, tool, failure, clock.instant());
    }

    @Override
    public ToolErrorPolicy toolErrors() {
        return policy.toolErrors();
    }

    @Override
    public void expectTools(Map<String, Optional<Duration>> tools) {
        roles.now().worker(Role.ACTIVE).ifPresent(worker -> worker.tally().expect(tools));
    }

    @Override
    public void countSlowAbove(Duration limit) {
        roles.now().worker(Role.ACTIVE).ifPresent(worker -> worker.tally().countSlowAbove(limit));
    }

    @Override
    public void sampleCalls(boolean on) {
        roles.now().worker(Role.ACTIVE).ifPresent(worker -> worker.tally().sampleCalls(on));
    }

    @Override
    public List<SampledCall> sampledCalls() {
        return roles.now()
                .worker(Role.ACTIVE)
                .map(worker -> worker.tally().sampledCalls())
                .orElse(List.of());
    }

    @Override
    public RecentCallSummary statistics(Role role) {
        return roles.now().worker(role).map(worker -> worker.tally().recent()).orElse(RecentCallSummary.NONE);
    }

    @Override
    public Optional<WorkerRelease> releaseOf(Role role) {
        return Optional.ofNullable(roles.now().slot(role)).map(RoleSlot::release);
    }

    @Override
    public void onUnexpectedExit(Consumer<UnexpectedWorkerExit> listener) {
        workerEvents.onUnexpectedExit(listener);
    }

    @Override
    public AutoCloseable onCall(Consumer<CompletedCall> listener) {
        return router.listeners().add(listener);
    }

    @Override
    public List<ObjectNode> tools(Role role) {
        return roles.now().worker(role).filter(Worker::alive).map(Worker::tools).orElse(List.of());
    }

    @Override
    public List<ObjectNode> toolsNow(Role role, Duration limit) {
        return router.toolsNow(role, limit);
    }

    @Override
    public void onToolDrift(Consumer<ToolDefinitionDrift> listener) {
        workerEvents.onToolDrift(listener);
    }

    @Override
    public void checkArgumentsBy(ArgumentCheckFactory factory) {
        grace.checkArgumentsBy(factory);
    }

    @Override
    public Optional<ObjectNode> formerTool(String name) {
        return grace.formerTool(name);
    }

    @Override
    public List<JsonNode> tools() {
        return roles.now()
                .worker(Role.ACTIVE)
                .map(worker -> List.<JsonNode>copyOf(worker.tools()))
                .orElse(List.of());
    }

    @Override
    public WorkerAnswer callDirectly(Role role, String tool, ObjectNode arguments, WorkerCallContext callContext) {
        return router.callDirectly(role, tool, arguments, callContext);
    }

    @Override
    public WorkerAnswer call(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        return router.call(tool, arguments, callContext);
    }

    @Override
    public WorkerAnswer resume(String ticket, ObjectNode answer, WorkerCallContext callContext) {
        return callsAwaitingInput.resume(ticket, answer, callContext, toolErrors());
    }

    @Override
    public WorkerContentService content() {
        return content;
    }

    @Override
    public WorkerTaskService tasks() {
        return tasks;
    }

    @Override
    public ChildProcessMarker childProcessMarker() {
        return marker;
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new WorkerActionRefusedException("the server is shutting down");
        }
    }

    @Override
    public void endProcesses() {
        closed = true;
        lifecycle.endAll();
    }

    @Override
    public void close() {
        closing.lock();
        try {
            if (!done) {
                done = true;
                closeOnce();
            }
        } finally {
            closing.unlock();
        }
    }

    @Override
    public void drain() {
        drain(policy.stopTimeout());
    }

    @Override
    public void drainForGood() {
        drain(policy.drainTimeout());
    }

    private void drain(Duration most) {
        closed = true;
        lifecycle.close();
        callsAwaitingInput.giveUpAll();
        RoleAssignment last = roles.change(roles::now);
        Stopwatch limit = new Stopwatch(ticker, most);
        Stream.of(Role.values()).flatMap(role -> last.worker(role).stream()).forEach(worker -> worker.drain(limit));
    }

    private void closeOnce() {
        drain();
        lifecycle.endAll();
        background.close();
        status.ended();
    }
}
