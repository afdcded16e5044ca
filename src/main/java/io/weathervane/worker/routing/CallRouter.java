package io.weathervane.worker.routing;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.protocol.TaskIdLocator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings each call to the worker that it is for: the one that its caller asks for, the canary when the caller is in its
 * share, else the active worker, whichever that is when the call can be written.
 *
 * <p>A call that never reached a worker is given to the active one. A call that the worker took with it when it died is
 * given to the active one once, if the tool says that this does no harm. A pinned call is never given to another.
 */
public final class CallRouter {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");
    private static final int ATTEMPTS_MAX = 3;

    private final RoleAssignments roles;
    private final Supplier<WorkerPolicy> policies;
    private final Ticker ticker;
    private final CallsAwaitingInput callsAwaitingInput;
    private final TaskTable tasks;
    private final NamedWorkerFinder finder;
    private final CallListeners listeners = new CallListeners();
    private final ToolListGrace grace;

    public CallRouter(
            RoleAssignments roles,
            Supplier<WorkerPolicy> policies,
            Ticker ticker,
            CallsAwaitingInput callsAwaitingInput,
            TaskTable tasks,
            ToolListGrace grace) {
        this.grace = grace;
        this.tasks = tasks;
        this.roles = roles;
        this.policies = policies;
        this.ticker = ticker;
        this.callsAwaitingInput = callsAwaitingInput;
        this.finder = new NamedWorkerFinder(roles);
    }

    public CallListeners listeners() {
        return listeners;
    }

    public WorkerAnswer call(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        Stopwatch taken = new Stopwatch(ticker);
        LeasedWorker leased = first(tool, arguments, callContext);
        boolean lost = false;
        for (int attempt = 1; ; attempt++) {
            LeasedWorker held = leased;
            try (held) {
                ObjectNode result = callsAwaitingInput.orAwaitInput(
                        held.worker(),
                        one -> one.call(
                                tool, arguments, callContext, policies.get().toolErrors()));
                // What comes of a task is not known yet, and made again by a shadow, it would be made twice.
                if (TaskIdLocator.madeBy(result).isEmpty()) {
                    listeners.notifyListeners(() -> observed(held, tool, arguments, Optional.of(result), taken));
                }
                return new WorkerAnswer(
                        tasks.made(held.worker(), tool, result, callContext),
                        held.worker().label());
            } catch (WorkerCallException e) {
                // A call by an old list is for no other worker.
                boolean last = attempt == ATTEMPTS_MAX || callContext.cancelled() || held.role() == Role.PREVIOUS;
                leased = (last ? Optional.<LeasedWorker>empty() : another(held.worker(), e, lost, tool, callContext))
                        .orElseThrow(() -> {
                            if (e.kind() != WorkerCallException.Kind.CANCELLED) {
                                listeners.notifyListeners(
                                        () -> observed(held, tool, arguments, Optional.empty(), taken));
                            }
                            return e;
                        });
                lost = lost || e.kind() == WorkerCallException.Kind.LOST;
            }
        }
    }

    /**
     * The worker that gets a call that failed with this one; none when it must not be made again. One that was lost may
     * have been done: it is made again once, and only if both workers say of the tool that this does no harm.
     */
    private Optional<LeasedWorker> another(
            Worker failed, WorkerCallException why, boolean lostBefore, String tool, WorkerCallContext callContext) {
        boolean lost = why.kind() == WorkerCallException.Kind.LOST;
        boolean again = lost ? !lostBefore && failed.session().mayRetry(tool) : isForAnother(failed, why);
        if (!again || callContext.pinned().isPresent()) {
            return Optional.empty();
        }
        LeasedWorker next = active(dead(failed));
        if (lost && !next.worker().session().mayRetry(tool)) {
            next.close();
            return Optional.empty();
        }
        return Optional.of(next);
    }

    /** A call that no worker got is for another one: a server elsewhere that is active still was asked all the same. */
    private boolean isForAnother(Worker failed, WorkerCallException why) {
        return why.kind() == WorkerCallException.Kind.NOT_SENT
                && (failed.isProcess() || !roles.now().holds(Role.ACTIVE, failed));
    }

    /** The worker that cannot be called again: a process that has ended; a server elsewhere may be there the next moment. */
    private static @Nullable Worker dead(Worker failed) {
        return failed.isProcess() ? failed : null;
    }

    /** Any other request of MCP than a call: it only reads, so that it may be made twice. */
    WorkerAnswer request(String method, ObjectNode params, WorkerCallContext callContext) {
        return request(method, params, callContext, /* mayRepeat= */ true);
    }

    /** A request of which nothing is known: made again only if no worker has got it. */
    WorkerAnswer requestOnce(String method, ObjectNode params, WorkerCallContext callContext) {
        return request(method, params, callContext, /* mayRepeat= */ false);
    }

    private WorkerAnswer request(String method, ObjectNode params, WorkerCallContext callContext, boolean mayRepeat) {
        LeasedWorker leased = callContext.pinned().map(finder::lease).orElseGet(() -> active(/* dead= */ null));
        for (int attempt = 1; ; attempt++) {
            try (LeasedWorker held = leased) {
                ObjectNode result =
                        callsAwaitingInput.orAwaitInput(held.worker(), one -> one.request(method, params, callContext));
                return new WorkerAnswer(result, held.worker().label());
            } catch (WorkerCallException e) {
                boolean again = isForAnother(leased.worker(), e)
                        || (mayRepeat && e.kind() == WorkerCallException.Kind.LOST && attempt == 1);
                if (!again
                        || attempt == ATTEMPTS_MAX
                        || callContext.cancelled()
                        || callContext.pinned().isPresent()) {
                    throw e;
                }
            }
            leased = active(dead(leased.worker()));
        }
    }

    private static CompletedCall observed(
            LeasedWorker leased, String tool, ObjectNode arguments, Optional<ObjectNode> result, Stopwatch taken) {
        Worker worker = leased.worker();
        return new CompletedCall(
                tool,
                arguments,
                result.map(given -> new WorkerAnswer(given, worker.label())),
                taken.elapsed(),
                leased.role(),
                worker.readOnly(tool));
    }

    /** A call to the worker in this role and no other, which counts nowhere and of which no listener is told. */
    public WorkerAnswer callDirectly(Role role, String tool, ObjectNode arguments, WorkerCallContext callContext) {
        try (LeasedWorker held = finder.lease(role)) {
            ObjectNode result = held.worker().callUncounted(tool, arguments, callContext);
            return new WorkerAnswer(result, held.worker().label());
        }
    }

    /** The tools as the worker in this role lists them now. */
    public List<ObjectNode> toolsNow(Role role, Duration limit) {
        try (LeasedWorker held = finder.lease(role)) {
            return held.worker()
                    .session()
                    .listNow(WorkerListKind.TOOLS, new Stopwatch(ticker, limit), WorkerCallContext.none());
        }
    }

    private LeasedWorker first(String tool, ObjectNode arguments, WorkerCallContext callContext) {
        Optional<String> requestedWorker = callContext.pinned();
        return requestedWorker.isPresent()
                ? pinned(tool, requestedWorker.get())
                : grace.worker(tool, arguments, callContext)
                        .or(() -> canary(tool, callContext))
                        .orElseGet(() -> active(/* dead= */ null));
    }

    private LeasedWorker pinned(String tool, String requestedWorker) {
        LeasedWorker leased = finder.lease(requestedWorker);
        Worker worker = leased.worker();
        if (!keepsPromise(roles.now(), worker, tool)) {
            leased.close();
            throw new WorkerCallException(
                    WorkerCallException.Kind.NONE_ACTIVE,
                    "worker " + worker.label() + " was asked for, but does not say of " + tool
                            + " that it only reads, as the active worker does; nothing was called.");
        }
        LOG.debug(
                "pinned call tool={} worker={} role={}",
                tool,
                worker.label(),
                leased.role().wireName());
        return leased;
    }

    /** The canary, when its weight covers the caller and it has the tool as the active worker's list promises it. */
    private Optional<LeasedWorker> canary(String tool, WorkerCallContext callContext) {
        RoleAssignment assignment = roles.now();
        RoleSlot slot = assignment.canary();
        Worker canary = slot == null ? null : slot.worker();
        if (slot == null
                || canary == null
                || !CanaryCallerSelector.includes(slot.canaryWeight(), canary.label(), callContext.callerKey())
                || canary.session().tool(tool).isEmpty()
                || (callContext.task().isPresent() && !TaskRouter.hasTasks(canary))
                || !keepsPromise(assignment, canary, tool)) {
            return Optional.empty();
        }
        return LeasedWorker.of(canary, Role.CANARY);
    }

    /**
     * Whether the other worker's tool reads only where the active one's does: the callers of a tool depend on it, and
     * clients know it from the active worker's list.
     */
    private static boolean keepsPromise(RoleAssignment assignment, Worker other, String tool) {
        boolean promised = assignment
                .worker(Role.ACTIVE)
                .map(active -> active.readOnly(tool))
                .orElse(false);
        return !promised || other.readOnly(tool);
    }

    /** A live active worker other than the dead one; waits a while for one to come. */
    private LeasedWorker active(@Nullable Worker dead) {
        Stopwatch stopwatch = new Stopwatch(ticker, policies.get().replacementWait());
        while (true) {
            RoleSlot slot = roles.now().active();
            Worker worker = slot == null ? null : slot.worker();
            Optional<LeasedWorker> leased =
                    worker == null || worker == dead ? Optional.empty() : LeasedWorker.of(worker, Role.ACTIVE);
            if (leased.isPresent()) {
                return leased.get();
            }
            if (slot == null || slot.abandoned() || !awaitAnother(worker, stopwatch)) {
                throw new WorkerCallException(WorkerCallException.Kind.NONE_ACTIVE, noneActive(slot));
            }
        }
    }

    private boolean awaitAnother(@Nullable Worker dead, Stopwatch stopwatch) {
        try {
            return roles.await(
                    stopwatch.left(), assignment -> !assignment.holds(Role.ACTIVE, dead) || isAbandoned(assignment));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerCallException(WorkerCallException.Kind.CANCELLED, "interrupted while waiting for a worker");
        }
    }

    private static boolean isAbandoned(RoleAssignment assignment) {
        RoleSlot slot = assignment.active();
        return slot == null || slot.abandoned();
    }

    private static String noneActive(@Nullable RoleSlot slot) {
        return slot == null
                ? "no worker is active: the configuration names none"
                : "the active worker " + slot.release().label() + " is down; see worker_status";
    }
}
