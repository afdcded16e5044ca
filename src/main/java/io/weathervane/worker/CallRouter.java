package io.weathervane.worker;

import io.weathervane.util.Ticker;
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

    CallRouter(BlueGreen stage, WorkerOptions options, Ticker ticker) {
        this.stage = stage;
        this.options = options;
        this.ticker = ticker;
    }

    WorkerAnswer call(String tool, ObjectNode arguments, WorkerCallScope scope) {
        Worker worker = lease(/* dead= */ null);
        boolean mayBeLost = true;
        for (int attempt = 1; ; attempt++) {
            try {
                return new WorkerAnswer(worker.call(tool, arguments, scope, options.toolErrorsCount()), worker.label());
            } catch (WorkerCallException e) {
                boolean lost = e.kind() == WorkerCallException.Kind.LOST;
                boolean again = e.kind() == WorkerCallException.Kind.NOT_SENT
                        || (lost && mayBeLost && worker.session().mayRetry(tool));
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
