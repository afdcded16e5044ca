package io.weathervane.worker;

import io.weathervane.util.Ticker;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings each call to the active worker, whichever that is when the call can be written.
 *
 * <p>A call that never reached a worker is given to the next one. A call that the worker took with it when it died is
 * given to the next one once, if the tool says that this does no harm.
 */
final class CallRouter {
    private static final int ATTEMPTS_MAX = 3;

    private final BlueGreen stage;
    private final WorkerOptions options;
    private final Ticker ticker;

    private final ParkedCalls parked;

    CallRouter(BlueGreen stage, WorkerOptions options, Ticker ticker, ParkedCalls parked) {
        this.stage = stage;
        this.parked = parked;
        this.options = options;
        this.ticker = ticker;
    }

    WorkerAnswer call(String tool, ObjectNode arguments, WorkerCallScope scope) {
        return route(
                scope,
                worker -> worker.session().mayRetry(tool),
                worker -> worker.call(tool, arguments, scope, options.toolErrorsCount()));
    }

    /** Any other request of MCP than a call: it only reads, so that it may be made twice. */
    WorkerAnswer request(String method, ObjectNode params, WorkerCallScope scope) {
        return route(scope, worker -> true, worker -> worker.request(method, params, scope));
    }

    private WorkerAnswer route(
            WorkerCallScope scope, Predicate<Worker> mayRepeat, Function<Worker, ObjectNode> work) {
        Worker worker = lease(/* dead= */ null);
        boolean mayBeLost = true;
        for (int attempt = 1; ; attempt++) {
            try {
                return new WorkerAnswer(work.apply(worker), worker.label());
            } catch (QuestionOpenException e) {
                throw parked.park(worker, e.call());
            } catch (WorkerCallException e) {
                boolean lost = e.kind() == WorkerCallException.Kind.LOST;
                boolean again = e.kind() == WorkerCallException.Kind.NOT_SENT
                        || (lost && mayBeLost && mayRepeat.test(worker));
                if (!again || attempt == ATTEMPTS_MAX || scope.cancelled()) {
                    throw e;
                }
                mayBeLost = mayBeLost && !lost;
            } finally {
                worker.leases().giveBack();
            }
            worker = lease(worker);
        }
    }

    /** A live active worker other than the dead one; waits a while for one to come. */
    private Worker lease(@Nullable Worker dead) {
        Deadline deadline = new Deadline(ticker, options.replacementWait());
        while (true) {
            Seat seat = stage.now().active();
            Worker worker = seat == null ? null : seat.worker();
            if (worker != null
                    && worker != dead
                    && worker.alive()
                    && worker.leases().take()) {
                return worker;
            }
            if (seat == null || seat.givenUp() || !awaitAnother(worker, deadline)) {
                throw new WorkerCallException(WorkerCallException.Kind.NONE_ACTIVE, noneActive(seat));
            }
        }
    }

    private boolean awaitAnother(@Nullable Worker dead, Deadline deadline) {
        try {
            return stage.await(deadline.left(), lineup -> !lineup.holds(Role.ACTIVE, dead) || isGivenUp(lineup));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerCallException(WorkerCallException.Kind.CANCELLED, "interrupted while waiting for a worker");
        }
    }

    private static boolean isGivenUp(Lineup lineup) {
        Seat seat = lineup.active();
        return seat == null || seat.givenUp();
    }

    private static String noneActive(@Nullable Seat seat) {
        return seat == null
                ? "no worker is active: the configuration names none"
                : "the active worker " + seat.release().label() + " is down; see worker_status";
    }
}
