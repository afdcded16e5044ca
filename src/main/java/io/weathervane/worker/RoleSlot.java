package io.weathervane.worker;

import org.jspecify.annotations.Nullable;

/**
 * A role's release, and the worker that runs it.
 *
 * @param worker null while none runs: it could not be started, or is kept cold
 * @param givenUp whether the server no longer tries to start it
 * @param weight the percentage of callers that a canary gets while it lives; 0 for every other role
 */
record RoleSlot(WorkerRelease release, @Nullable Worker worker, boolean givenUp, int weight) {
    static RoleSlot of(Worker worker) {
        return new RoleSlot(worker.release(), worker, /* givenUp= */ false, /* weight= */ 0);
    }

    static RoleSlot empty(WorkerRelease release) {
        return new RoleSlot(release, /* worker= */ null, /* givenUp= */ false, /* weight= */ 0);
    }

    RoleSlot abandoned() {
        return new RoleSlot(release, worker, /* givenUp= */ true, weight);
    }

    RoleSlot weighing(int percent) {
        return new RoleSlot(release, worker, givenUp, percent);
    }

    boolean alive() {
        return worker != null && worker.alive();
    }
}
