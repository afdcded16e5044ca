package io.weathervane.worker.routing;

import io.weathervane.worker.Role;
import java.util.Optional;

/**
 * A worker that may be called until the lease is given back.
 *
 * @param role what it was for when it was found
 */
record LeasedWorker(Worker worker, Role role) implements AutoCloseable {
    /** Empty when the worker is dead, or takes no calls any more. */
    static Optional<LeasedWorker> of(Worker worker, Role role) {
        return worker.alive() && worker.leases().take()
                ? Optional.of(new LeasedWorker(worker, role))
                : Optional.empty();
    }

    @Override
    public void close() {
        worker.leases().giveBack();
    }
}
