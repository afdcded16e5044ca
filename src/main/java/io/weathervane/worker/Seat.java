package io.weathervane.worker;

import org.jspecify.annotations.Nullable;

/**
 * A role's release, and the worker that runs it.
 *
 * @param worker null while none runs: it could not be started, or is kept cold
 * @param givenUp whether the server no longer tries to start it
 * @param weight the percentage of callers that a canary gets while it lives; 0 for every other role
 */
record Seat(WorkerRelease release, @Nullable Worker worker, boolean givenUp, int weight) {
    static Seat of(Worker worker) {
        return new Seat(worker.release(), worker, /* givenUp= */ false, /* weight= */ 0);
    }

    static Seat empty(WorkerRelease release) {
        return new Seat(release, /* worker= */ null, /* givenUp= */ false, /* weight= */ 0);
    }

    Seat abandoned() {
        return new Seat(release, worker, /* givenUp= */ true, weight);
    }

    Seat weighing(int percent) {
        return new Seat(release, worker, givenUp, percent);
    }

    boolean alive() {
        return worker != null && worker.alive();
    }
}
