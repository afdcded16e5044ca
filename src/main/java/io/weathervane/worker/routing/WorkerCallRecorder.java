package io.weathervane.worker.routing;

import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureGroupKey;
import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.util.SafeText;
import io.weathervane.util.Ticker;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.protocol.McpSession;
import io.weathervane.worker.protocol.PendingCall;
import io.weathervane.worker.protocol.TaskIdLocator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Counts what the calls of one worker come to, and tells whose mistake a failure is: the worker's or its caller's. */
final class WorkerCallRecorder {
    private static final Logger LOG = LoggerFactory.getLogger("Worker");

    private static final long RESOURCE_NOT_FOUND = -32002;

    /** Errors by which a worker says that its requester made a mistake: that there is no such resource, too. */
    private static final Set<Long> REQUESTERS_MISTAKES =
            Set.of((long) ErrorCode.INVALID_PARAMS.code(), RESOURCE_NOT_FOUND, -32042L);

    /** A call that waits so many times longer than it should may as well be given up. */
    private static final int UNANSWERED_FACTOR = 5;

    /** A process that ends closes its output first; so long its exit is waited for, to tell it from an output that was closed. */
    private static final Duration EXIT_PAUSE = Duration.ofMillis(100);

    private final Worker worker;
    private final Clock clock;
    private final Ticker ticker;
    private final Instant startedAt;
    private final ReleaseCallCounters releaseCounters;
    private volatile CallCounters counters = new CallCounters();
    private final ProcessCallTally processTally = new ProcessCallTally(counters);

    WorkerCallRecorder(Worker worker, Instant startedAt, WorkerDependencies dependencies) {
        this.worker = worker;
        this.startedAt = startedAt;
        this.clock = dependencies.clock();
        this.ticker = dependencies.ticker();
        this.releaseCounters = dependencies.releaseCounters();
        releaseCounters.add(worker.label(), counters, startedAt);
    }

    CallCounters counters() {
        return counters;
    }

    /** All that this process has been called since its start. */
    CallTotals total() {
        return processTally.now();
    }

    /** Counts into these counters from now on; calls in flight stay with the old ones. */
    void countInto(CallCounters newCounters) {
        counters = newCounters;
        releaseCounters.add(worker.label(), newCounters, startedAt);
        processTally.countInto(newCounters);
    }

    /** Makes a call of a tool. */
    ObjectNode call(
            Supplier<ObjectNode> work,
            String tool,
            ObjectNode arguments,
            WorkerCallContext callContext,
            ToolErrorPolicy toolErrors) {
        return counted(
                work,
                tool,
                new Given(Optional.of(arguments), callContext),
                toolErrors,
                sampler(tool, arguments, callContext));
    }

    /** Makes another request of MCP. */
    ObjectNode request(Supplier<ObjectNode> work, String method, ObjectNode params, WorkerCallContext callContext) {
        return counted(
                work,
                method,
                new Given(Optional.of(params), callContext),
                ToolErrorPolicy.IGNORED,
                WorkerCallRecorder::notSampled);
    }

    /** Goes on with a call whose arguments are not known any more. */
    ObjectNode resume(
            Supplier<ObjectNode> work, String tool, WorkerCallContext callContext, ToolErrorPolicy toolErrors) {
        return counted(
                work, tool, new Given(Optional.empty(), callContext), toolErrors, WorkerCallRecorder::notSampled);
    }

    /** Keeps a call that can be made again as it is: of a tool that changes nothing, no task, no part of a dialogue. */
    private Consumer<SampledCall.Outcome> sampler(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        SampledCallBuffer samples = counters.sampler();
        boolean repeatable = samples.isOn()
                && callContext.task().isEmpty()
                && callContext.continuation().isEmpty()
                && worker.readOnly(tool);
        return repeatable
                ? outcome -> samples.add(new SampledCall(tool, arguments, outcome))
                : WorkerCallRecorder::notSampled;
    }

    private static void notSampled(SampledCall.Outcome outcome) {
        // its outcome is of no use to a replay
    }

    /**
     * Arguments and context that the caller gave.
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
                if (TaskIdLocator.madeBy(result).isEmpty() && !new WorkerAnswer(result, worker.label()).needsInput()) {
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
        if (!worker.isProcess()) {
            return FailedCall.of(FailureGroupKey.ANSWER_LOST, why.reason());
        }
        boolean exited = !worker.stopping() && worker.pauseUnlessEnded(EXIT_PAUSE) && !worker.stopping();
        String how = worker.stopping()
                ? ": this server ended it"
                : exited
                        ? worker.server()
                                .exitCode()
                                .map(code -> " with exit code " + code)
                                .orElse("")
                        : ": its output is closed, its process runs";
        return FailedCall.of(exited ? FailureGroupKey.WORKER_EXITED : FailureGroupKey.ANSWER_LOST, why.reason() + how);
    }

    private FailedCall mistake(String tool, WorkerCallException why) {
        boolean listed = McpSession.COUNTED_REQUESTS.contains(tool)
                || worker.session().tool(tool).isPresent();
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
                    worker.label(),
                    SafeText.logged(tool),
                    TimeUnit.NANOSECONDS.toMillis(nanos),
                    TimeUnit.NANOSECONDS.toMillis(counted.patienceNanos(tool)));
        }
    }

    /**
     * The calls that wait much longer than usual, see {@link SlowCallThreshold}. One that waits {@link #UNANSWERED_FACTOR} times as
     * long counts as given up, once, while no call of its tool has gone well: with one that has, the worker is slow only.
     */
    long countOverdue(List<PendingCall> onWorkersTurn) {
        CallCounters counted = counters;
        long overdue = 0;
        for (PendingCall call : onWorkersTurn) {
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
        return worker.release().tools().stream()
                .filter(declared -> declared.method().equals(call.method()))
                .map(JsonRpcToolConfig::name)
                .findFirst()
                .orElse(call.tool());
    }

    /** A tool that the worker does not list is its caller's mistake, unless the worker before it had that tool. */
    private boolean isCallersMistake(String tool, CallCounters counted) {
        return worker.session().tool(tool).isEmpty() && !counted.expects(tool);
    }

    private boolean isCallersMistake(String tool, CallCounters counted, WorkerCallException failure) {
        if (failure.kind() != WorkerCallException.Kind.RPC_ERROR) {
            return false;
        }
        if (McpSession.COUNTED_REQUESTS.contains(tool)) {
            boolean unknown = failure.code() == ErrorCode.METHOD_NOT_FOUND.code() && !counted.expects(tool);
            return unknown || REQUESTERS_MISTAKES.contains(failure.code());
        }
        if (worker.session().tool(tool).isPresent()) {
            // What the worker lists, it has: that it knows no such method is not its caller's fault.
            return failure.isCallersMistake();
        }
        return isCallersMistake(tool, counted);
    }

    /** A server elsewhere that no call reaches has not ended for all we see: its calls fail as those of one that hangs do. */
    private boolean isUnreachable(WorkerCallException failure) {
        return failure.kind() == WorkerCallException.Kind.NOT_SENT && !worker.isProcess() && !worker.stopping();
    }

    private static boolean counts(WorkerCallException.Kind kind) {
        return switch (kind) {
            case LOST, TIMEOUT, MALFORMED, RPC_ERROR -> true;
            case NOT_SENT, NONE_ACTIVE, BUSY, CANCELLED -> false;
        };
    }
}
