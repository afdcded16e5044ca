package io.weathervane.worker;

import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureReport;
import io.weathervane.jsonrpc.InputRequiredException;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.util.ChildProcessMarker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The workers: active, canary, previous, and for a while the one that a rollback replaced. */
public interface WorkerManager extends AutoCloseable {
    /** By this name the ticket of a call that awaits input is remembered with its questions. */
    String TICKET = "ticket";

    /**
     * Ends what a killed server left behind and brings back the active worker, then, in the background, the previous
     * one. A worker that does not start is tried again with growing pauses; the server runs meanwhile.
     */
    default void start() {
        start(/* afterCrash= */ true);
    }

    /**
     * As {@link #start()}.
     *
     * @param afterCrash whether a server before may have left processes that it did not remember
     */
    void start(boolean afterCrash);

    /**
     * Takes the releases and the timeouts of a configuration that was read again, for what is started and ended from now on.
     * Workers that run, and what calls of theirs count as, stay as they are.
     */
    void configure(WorkersConfig config);

    /** The service whose workers these are. */
    ServiceName service();

    /** All workers now. */
    WorkersView view();

    /**
     * Has the view say what else is not as it should be: what is found where the workers' tools are offered.
     *
     * @param more a sentence each; asked each time, must not wait
     */
    void noteAlso(Supplier<List<String>> more);

    /**
     * Starts a release beside the active one, without giving it calls.
     *
     * @throws WorkerActionRefusedException when there is a canary already, or this one does not start
     */
    WorkerView startCanary(String releaseLabel);

    /**
     * As {@link #startCanary(String)}, with any release, also one that the configuration does not name; a promotion
     * records it as any other.
     */
    default WorkerView startCanary(WorkerRelease release) {
        return startCanary(release, new CanaryStartCancellation());
    }

    /**
     * As {@link #startCanary(WorkerRelease)}, for a caller that may not want to wait until it is ready.
     *
     * @param starts whose end is this start's, too
     */
    WorkerView startCanary(WorkerRelease release, CanaryStartCancellation starts);

    /**
     * Gives the canary a sticky percentage of the callers: those who have it keep it when the weight grows. It ends by itself
     * when the canary is stopped, dies or is promoted. The list of tools stays the active worker's; a tool that the
     * canary lacks, or no longer says is read-only, stays with the active worker as well.
     *
     * @param percent from 0 to 100
     * @throws WorkerActionRefusedException when there is no living canary and the weight is more than 0
     */
    void canaryWeight(int percent);

    /** The percentage of callers that the canary gets now. */
    int canaryWeight();

    /** Ends the canary, if there is one. */
    void stopCanary();

    /**
     * Makes the canary the active worker and keeps the one it replaces as the previous.
     *
     * @param sameTransaction written in the same transaction as the promotion; when either cannot be written, nothing is
     *     switched
     * @throws WorkerActionRefusedException when there is no living canary, it is not healthy, or it cannot be recorded
     */
    WorkerSwitchResult promote(SameTransactionWriter<WorkerSwitchResult> sameTransaction);

    /**
     * The switch of a rollback, under the runbook's name: makes the previous worker the active one. The worker that was active
     * goes on with its calls in flight until {@link #disposeReplaced}. The switch comes first and its record is handed over to be written: when that cannot be at
     * once, the switch has happened all the same and says so.
     *
     * @param additionalRecords written in the same transaction as the switch, however late that succeeds
     * @throws WorkerActionRefusedException when there is no previous worker, or it is down and does not start
     */
    WorkerSwitchResult switchToActive(AdditionalSwitchRecordSource additionalRecords);

    /**
     * Begins to end the worker that {@link #switchToActive} replaced, and waits for nothing: its calls in flight and its
     * tasks get the drain timeout in the background.
     */
    OngoingDrain disposeReplaced();

    /** Asks the worker in this role for its health, twice if need be; a role without a worker is not healthy. */
    HealthProbeResult probe(Role role);

    /** Asks the active worker for its health, twice if need be. */
    default HealthProbeResult probeActive() {
        return probe(Role.ACTIVE);
    }

    /** Asks the previous worker for its health, twice if need be. */
    default HealthProbeResult probePrevious() {
        return probe(Role.PREVIOUS);
    }

    /** Whether {@link #switchToActive} would bring a healthy worker; starts the previous one when it is not running. */
    RollbackReadiness preflightPrevious();

    /** Usage of the active worker's process; empty when unknown. */
    default Optional<ProcessUsage> usageOfActive() {
        return usage(Role.ACTIVE);
    }

    /** Usage of the process of the worker in this role; empty when unknown. */
    Optional<ProcessUsage> usage(Role role);

    /** Totals of the calls since the active worker became active; see {@link CallTotals}. */
    default CallTotals tallyOfActive() {
        return tally(Role.ACTIVE);
    }

    /** Totals of the calls of the worker in this role since it has it; a canary's until it is promoted. */
    CallTotals tally(Role role);

    /** The same with what is counted besides. */
    CallTallyDetails figures(Role role);

    /** The same with how long calls took, and of which process: for the record of a release. */
    Optional<ServedCallTotals> served(Role role);

    /** Calls of the worker that wait much longer than usual now. Those that wait for good count as given up from now on. */
    long countOverdue(Role role);

    /** Failures of each release's calls, also of releases whose worker has ended. */
    FailureReport failures();

    /**
     * Has a call by {@link #callDirectly} told among what the release's calls failed with, apart from callers' calls.
     *
     * @param failure empty when it went well
     */
    void recordProbe(String label, String tool, Optional<FailedCall> failure);

    /** Has tool results with {@code isError: true} count like this from now on; called between two watches. */
    void countToolErrors(ToolErrorPolicy toolErrors);

    /** Policy for tool results with {@code isError: true}. */
    ToolErrorPolicy toolErrors();

    /**
     * Has the active worker's calls of these tools count as its own fault when it does not list them, or when they wait much
     * longer than before, from now on, too.
     *
     * @param tools with their p95 before, where it is known
     */
    void expectTools(Map<String, Optional<Duration>> tools);

    /** Has calls of the active worker that take longer counted as slow from now on. */
    void countSlowAbove(Duration limit);

    /**
     * Keeps the newest calls of read-only tools that the active worker has from now on, those kept before are forgotten; or
     * keeps none any longer.
     */
    void sampleCalls(boolean on);

    /** The calls kept, newest first within each outcome. */
    List<SampledCall> sampledCalls();

    /** The newest of the calls that {@link #tally} counts. */
    RecentCallSummary statistics(Role role);

    /** The release that runs in this role, or would run if its worker were not down. */
    Optional<WorkerRelease> releaseOf(Role role);

    /** Has the listener told, at once, of every worker that ends unasked; it must not take long. */
    void onUnexpectedExit(Consumer<UnexpectedWorkerExit> listener);

    /**
     * Has the listener told of each call by {@link #call} that a worker had, on the caller's thread: it must be quick. A
     * call that its caller gave up is told to no listener. Closing what is returned ends it.
     */
    AutoCloseable onCall(Consumer<CompletedCall> listener);

    /** The tools of the worker in this role as they stand in {@code tools/list}; none while it is down. */
    List<ObjectNode> tools(Role role);

    /**
     * The tools of the worker in this role as it lists them when it is asked now: it may have changed them without
     * saying so.
     *
     * @throws WorkerCallException when it does not answer in time
     */
    List<ObjectNode> toolsNow(Role role, Duration limit);

    /** Has the listener told when the tools of a release differ from those it was first started with. */
    void onToolDrift(Consumer<ToolDefinitionDrift> listener);

    /** Has arguments of calls by an old list of tools held against the schemas of old and new list by these checks. */
    void checkArgumentsBy(ArgumentCheckFactory factory);

    /** The definition of a tool that was listed before the last promotion and is listed no more; asks no worker. */
    Optional<ObjectNode> formerTool(String name);

    /** The active worker's tools as they stand in {@code tools/list}; none while it is down. */
    List<JsonNode> tools();

    /**
     * Calls a tool of the worker in this role and no other; not repeated, not counted, told to no listener. For our own
     * questions, not for callers'.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     */
    WorkerAnswer callDirectly(Role role, String tool, ObjectNode arguments, WorkerCallContext callContext);

    /**
     * Calls a tool of the active worker, of the canary if its weight covers the caller, or of the worker that the caller
     * pinned.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     * @throws InputRequiredException when the client has to answer the worker first, by a further request
     */
    WorkerAnswer call(String tool, ObjectNode arguments, WorkerCallContext callContext);

    /**
     * Resumes a call that awaits input.
     *
     * @param ticket what the call's {@link InputRequiredException} said is to be remembered as {@link #TICKET}
     * @param answer the client's, to the question that the call awaits input for
     * @throws WorkerCallException when there is no answer, or the answer is an error, or no such call any more
     * @throws InputRequiredException when the worker has a further question
     */
    WorkerAnswer resume(String ticket, ObjectNode answer, WorkerCallContext callContext);

    /** Features of the active worker beside its tools. */
    WorkerContentService content();

    /** Requests about tasks, of whichever worker has them. */
    WorkerTaskService tasks();

    /** By which processes that this server starts are found again. */
    ChildProcessMarker childProcessMarker();

    /**
     * Ends every process of a worker within about a second, whatever calls there are: those that run, start, are drained,
     * or are being stopped with more patience. Nothing is started from now on. May be called again, and beside {@link
     * #close}.
     */
    void endProcesses();

    /** Lets the calls in flight finish for a while, ends all workers, and writes the file once more. A second one waits for the first. */
    @Override
    void close();

    /** Lets the calls in flight finish, for a limited time; no new ones are taken and no worker is started any more. */
    void drain();

    /** The same of a service that leaves a server which goes on: the calls have as long as those of a release that was replaced. */
    void drainForGood();
}
