package io.weathervane.worker;

import io.weathervane.event.EventBus;
import io.weathervane.store.Database;
import io.weathervane.store.TransactionHook;
import io.weathervane.util.ChildMark;
import io.weathervane.util.Ticker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Owns the workers: active, canary, previous, and for a while the one that a rollback replaced.
 *
 * <p>Calls read the role assignment without a lock. Changes of it take turns by the lock of {@link RoleAssignments}, which is never
 * held while a process starts or ends: a rollback must not wait for a canary that is slow to start. At most one write
 * to the database happens under it.
 */
public final class WorkerManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final WorkerPolicy options;
    private final Ticker ticker;
    private final RoleAssignments roles = new RoleAssignments();
    private final Background background = new Background();
    private final SuspendedCalls suspended;
    private final CallRouter router;
    private final TaskTable taskTable = new TaskTable();
    private final TaskCalls tasks;
    private final WorkerFeatures content;
    private final Prober prober;
    private final ChildMark mark;
    private final OrphanProcesses orphanProcesses;
    private final WorkerManagerFile file;
    private final WorkerEvents workerEvents;
    private final WorkerLifecycle lifecycle;
    private final Releases releases;
    private final WorkersViewBuilder overview;
    private final RoleRepository record;
    private final Canary canary;
    private final PreviousWorker standby;
    private final RoleSwitcher switcher;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean done;
    private volatile boolean closed;

    /**
     * @param releases the configuration's releases by label
     * @param initialRelease what is active at the very first start; later the database says
     * @param workerManagerJson where {@code worker_manager.json} is kept
     */
    public WorkerManager(
            Database database,
            Map<String, WorkerRelease> releases,
            Optional<String> initialRelease,
            WorkerPolicy options,
            Path workerManagerJson,
            EventBus events,
            Clock clock,
            Ticker ticker) {
        this.options = options;
        this.ticker = ticker;
        ReleaseStore store = new ReleaseStore(database);
        this.suspended = new SuspendedCalls(background, SuspendedCalls.LIFETIME);
        this.router = new CallRouter(roles, options, ticker, suspended, taskTable);
        this.tasks = new TaskCalls(roles, taskTable, suspended, background);
        this.prober = new Prober(roles, ticker);
        this.mark = new ChildMark(
                store.mark(), Optional.ofNullable(workerManagerJson.getParent()).orElse(workerManagerJson));
        this.orphanProcesses = new OrphanProcesses(store, mark, background::runInOrder);
        this.file = new WorkerManagerFile(workerManagerJson, this::view, clock, ticker, background);
        this.workerEvents =
                new WorkerEvents(events, clock, file, worker -> roles.now().roleOf(worker), taskTable);
        this.lifecycle = new WorkerLifecycle(roles, options, clock, ticker, background, orphanProcesses, workerEvents);
        this.releases = new Releases(releases, initialRelease, store, workerEvents);
        this.overview = new WorkersViewBuilder(roles, this.releases, workerEvents);
        this.record = new RoleRepository(database, roles, workerEvents, clock);
        this.canary = new Canary(roles, lifecycle, prober, workerEvents);
        this.standby = new PreviousWorker(roles, lifecycle, prober);
        this.switcher = new RoleSwitcher(roles, lifecycle, standby, record, workerEvents, clock, ticker);
        this.content = new WorkerFeatures(roles, router, workerEvents.notifications(), background, ticker);
        roles.onChange(() -> {
            workerEvents.changed();
            content.switched();
        });
    }

    /**
     * Ends what a killed server left behind and brings back the active worker, then, in the background, the previous
     * one. A worker that does not start is tried again with growing pauses; the server runs meanwhile.
     */
    public void start() {
        start(/* afterCrash= */ true);
    }

    /**
     * As {@link #start()}.
     *
     * @param afterCrash whether a server before may have left processes that it did not remember
     */
    public void start(boolean afterCrash) {
        file.readEarlierEvents();
        orphanProcesses
                .kill(afterCrash)
                .forEach(label ->
                        workerEvents.journal("orphan-killed", label, Optional.empty(), WorkerEvents.details()));
        Optional<WorkerRelease> active = releases.recorded(Role.ACTIVE).or(releases::initial);
        active.ifPresent(release -> {
            roles.set(roles.now().with(Role.ACTIVE, RoleSlot.empty(release)));
            releases.recorded(Role.PREVIOUS)
                    .ifPresent(previous -> roles.set(roles.now().with(Role.PREVIOUS, RoleSlot.empty(previous))));
            record.write();
            releases.drift(roles.now()).forEach(difference -> LOG.warn("drift: {}", difference));
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

    /** All workers now. */
    public WorkersView view() {
        return overview.view();
    }

    /**
     * Starts a release beside the active one, without giving it calls.
     *
     * @throws WorkerRefusedException when there is a canary already, or this one does not start
     */
    public WorkerView startCanary(String releaseLabel) {
        refuseWhenClosed();
        return canary.start(releases.get(releaseLabel), new CanaryStarts());
    }

    /**
     * As {@link #startCanary(String)}, with any release, also one that the configuration does not name; a promotion
     * records it as any other.
     */
    public WorkerView startCanary(WorkerRelease release) {
        return startCanary(release, new CanaryStarts());
    }

    /**
     * As {@link #startCanary(WorkerRelease)}, for a caller that may not want to wait until it is ready.
     *
     * @param starts whose end is this start's, too
     */
    public WorkerView startCanary(WorkerRelease release, CanaryStarts starts) {
        refuseWhenClosed();
        return canary.start(release, starts);
    }

    /**
     * Gives the canary a sticky percentage of the callers: those who have it keep it when the weight grows. It ends by itself
     * when the canary is stopped, dies or is promoted. The list of tools stays the active worker's; a tool that the
     * canary lacks, or no longer says is read-only, stays with the active worker as well.
     *
     * @param percent from 0 to 100
     * @throws WorkerRefusedException when there is no living canary and the weight is more than 0
     */
    public void canaryWeight(int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("the canary weight is from 0 to 100 %, was " + percent);
        }
        refuseWhenClosed();
        canary.weigh(percent);
    }

    /** The percentage of callers that the canary gets now. */
    public int canaryWeight() {
        return canary.weight();
    }

    /** Ends the canary, if there is one. */
    public void stopCanary() {
        canary.stop();
    }

    /**
     * Makes the canary the active worker and keeps the one it replaces as the previous.
     *
     * @param alsoRecord written in the same transaction as the promotion; when either cannot be written, nothing is
     *     switched
     * @throws WorkerRefusedException when there is no living canary, it is not healthy, or it cannot be recorded
     */
    public Switch promote(TransactionHook<Switch> alsoRecord) {
        refuseWhenClosed();
        Switch done = switcher.promote(canary.healthy(), alsoRecord);
        options.standbyRetention().ifPresent(lifecycle::endStandbyAfter);
        return done;
    }

    /**
     * Gives the calls back to the previous worker; the one that had them goes on with its calls in flight until
     * {@link #disposeReplaced}. The switch comes first and its record is handed over to be written: when that cannot be at
     * once, the switch has happened all the same and says so.
     *
     * @param notes written in the same transaction as the switch, however late that succeeds
     * @throws WorkerRefusedException when there is no previous worker, or it is down and does not start
     */
    public Switch switchToActive(SwitchNotes notes) {
        refuseWhenClosed();
        return switcher.back(notes);
    }

    /**
     * Begins to end the worker that {@link #switchToActive} replaced, and waits for nothing: its calls in flight and its
     * tasks get the drain timeout in the background.
     */
    public DrainResult disposeReplaced() {
        return switcher.disposeReplaced();
    }

    /** Asks the worker in this role for its health, twice if need be; a role without a worker is not healthy. */
    public Probe probe(Role role) {
        return prober.probe(role);
    }

    /** Asks the active worker for its health, twice if need be. */
    public Probe probeActive() {
        return probe(Role.ACTIVE);
    }

    /** Asks the previous worker for its health, twice if need be. */
    public Probe probePrevious() {
        return probe(Role.PREVIOUS);
    }

    /** Whether {@link #switchToActive} would bring a healthy worker; starts the previous one when it is not running. */
    public Preflight preflightPrevious() {
        return standby.preflight();
    }

    /** What the active worker's process uses; empty when unknown. */
    public Optional<ProcessUsage> usageOfActive() {
        return usage(Role.ACTIVE);
    }

    /** What the process of the worker in this role uses; empty when unknown. */
    public Optional<ProcessUsage> usage(Role role) {
        return roles.now()
                .worker(role)
                .filter(Worker::alive)
                .map(Worker::process)
                .flatMap(UsageProbe::of);
    }

    /** What became of the calls since the active worker became active; see {@link Tally}. */
    public Tally tallyOfActive() {
        return tally(Role.ACTIVE);
    }

    /** What became of the calls of the worker in this role since it has it; a canary's until it is promoted. */
    public Tally tally(Role role) {
        return roles.now().worker(role).map(worker -> worker.tally().now()).orElse(Tally.NONE);
    }

    /** The same with what is counted besides. */
    public CallFigures figures(Role role) {
        return roles.now().worker(role).map(worker -> worker.tally().figures()).orElse(CallFigures.NONE);
    }

    /** Calls of the worker that wait much longer than usual now. Those that wait for good count as given up from now on. */
    public long countOverdue(Role role) {
        return roles.now().worker(role).map(Worker::countOverdue).orElse(0L);
    }

    /** How tool results with {@code isError: true} count. */
    public ToolErrors toolErrors() {
        return options.toolErrors();
    }

    /** Has calls of the active worker that take longer counted as slow from now on. */
    public void countSlowAbove(Duration limit) {
        roles.now().worker(Role.ACTIVE).ifPresent(worker -> worker.tally().countSlowAbove(limit));
    }

    /** How many of the newest calls that {@link #statistics} looks at took longer. */
    public long recentSlowerThan(Role role, Duration limit) {
        return roles.now()
                .worker(role)
                .map(worker -> worker.tally().recentSlowerThan(limit))
                .orElse(0L);
    }

    /** The newest of the calls that {@link #tally} counts. */
    public CallStatistics statistics(Role role) {
        return roles.now().worker(role).map(worker -> worker.tally().recent()).orElse(CallStatistics.NONE);
    }

    /** The release that runs in this role, or would run if its worker were not down. */
    public Optional<WorkerRelease> releaseOf(Role role) {
        return Optional.ofNullable(roles.now().slot(role)).map(RoleSlot::release);
    }

    /** Has the listener told, at once, of every worker that ends unasked; it must not take long. */
    public void onUnexpectedExit(Consumer<WorkerExit> listener) {
        workerEvents.onUnexpectedExit(listener);
    }

    /**
     * Has the listener told of each call by {@link #call} that a worker had, on the caller's thread: it must be quick. A
     * call that its caller gave up is told to no listener. Closing what is returned ends it.
     */
    public AutoCloseable onCall(Consumer<ObservedCall> listener) {
        return router.watchers().add(listener);
    }

    /** The tools of the worker in this role as they stand in {@code tools/list}; none while it is down. */
    public List<ObjectNode> tools(Role role) {
        return roles.now()
                .worker(role)
                .filter(Worker::alive)
                .map(worker -> worker.session().tools())
                .orElse(List.of());
    }

    /**
     * The tools of the worker in this role as it lists them when it is asked now: it may have changed them without
     * saying so.
     *
     * @throws WorkerCallException when it does not answer in time
     */
    public List<ObjectNode> toolsNow(Role role, Duration limit) {
        return router.toolsNow(role, limit);
    }

    /** Has the listener told when the tools of a release differ from those it was first started with. */
    public void onToolDrift(Consumer<ToolDrift> listener) {
        workerEvents.onToolDrift(listener);
    }

    /** The active worker's tools as they stand in {@code tools/list}; none while it is down. */
    public List<JsonNode> tools() {
        return roles.now()
                .worker(Role.ACTIVE)
                .map(worker -> List.<JsonNode>copyOf(worker.session().tools()))
                .orElse(List.of());
    }

    /**
     * Calls a tool of the worker in this role and no other; not repeated, not counted, told to no listener. For our own
     * questions, not for callers'.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     */
    public WorkerAnswer callDirectly(Role role, String tool, ObjectNode arguments, WorkerCallContext callContext) {
        return router.callDirectly(role, tool, arguments, callContext);
    }

    /**
     * Calls a tool of the active worker, of the canary if the caller is in its share, or of the worker that the caller
     * pinned.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     * @throws CallSuspendedException when the client has to answer the worker first, by a further request
     */
    public WorkerAnswer call(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        return router.call(tool, arguments, callContext);
    }

    /**
     * Resumes a suspended call.
     *
     * @param answer the client's, to the question that the call is suspended with
     * @throws WorkerCallException when there is no answer, or the answer is an error, or no such call any more
     * @throws CallSuspendedException when the worker has a further question
     */
    public WorkerAnswer resume(String ticket, ObjectNode answer, WorkerCallContext callContext) {
        return suspended.resume(ticket, answer, callContext, options.toolErrors());
    }

    /** What the active worker has beside its tools. */
    public WorkerFeatures content() {
        return content;
    }

    /** What is asked about tasks, of whichever worker has them. */
    public TaskCalls tasks() {
        return tasks;
    }

    /** By which processes that this server starts are found again. */
    public ChildMark mark() {
        return mark;
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new WorkerRefusedException("the server is shutting down");
        }
    }

    /**
     * Ends every process of a worker within about a second, whatever calls there are: those that run, start, are drained,
     * or are being stopped with more patience. Nothing is started from now on. May be called again, and beside {@link
     * #close}.
     */
    public void endProcesses() {
        closed = true;
        lifecycle.endAll();
    }

    /** Lets the calls in flight finish for a while, ends all workers, and writes the file once more. A second one waits for the first. */
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

    /** Lets the calls in flight finish, for a limited time; no new ones are taken and no worker is started any more. */
    public void drain() {
        closed = true;
        lifecycle.close();
        suspended.giveUpAll();
        RoleAssignment last = roles.change(roles::now);
        Stopwatch limit = new Stopwatch(ticker, options.stopTimeout());
        Stream.of(Role.values()).flatMap(role -> last.worker(role).stream()).forEach(worker -> worker.drain(limit));
    }

    private void closeOnce() {
        drain();
        lifecycle.endAll();
        background.close();
        file.write();
    }
}
