package io.weathervane.worker;

import org.jspecify.annotations.Nullable;

/**
 * A role's release, and the worker that runs it.
 *
 * @param worker null while none runs: it could not be started, or is kept cold
 * @param givenUp whether nobody tries to start it any more
 */
record Seat(WorkerRelease release, @Nullable Worker worker, boolean givenUp) {
    static Seat of(Worker worker) {
        return new Seat(worker.release(), worker, /* givenUp= */ false);
    }

    static Seat empty(WorkerRelease release) {
        return new Seat(release, /* worker= */ null, /* givenUp= */ false);
    }

    Seat abandoned() {
        return new Seat(release, worker, /* givenUp= */ true);
    }

    boolean alive() {
        return worker != null && worker.alive();
    }
}
