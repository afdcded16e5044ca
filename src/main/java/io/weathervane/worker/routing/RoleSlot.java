package io.weathervane.worker.routing;

import io.weathervane.worker.WorkerRelease;
import org.jspecify.annotations.Nullable;

/**
 * A role's release, and the worker that runs it.
 *
 * @param worker null while none runs: it could not be started, or is kept cold
 * @param givenUp whether the server no longer tries to start it
 * @param weight the percentage of callers that a canary gets while it lives; 0 for every other role
 */
public record RoleSlot(WorkerRelease release, @Nullable Worker worker, boolean givenUp, int weight) {
    public static RoleSlot of(Worker worker) {
        return new RoleSlot(worker.release(), worker, /* givenUp= */ false, /* weight= */ 0);
    }

    public static RoleSlot empty(WorkerRelease release) {
        return new RoleSlot(release, /* worker= */ null, /* givenUp= */ false, /* weight= */ 0);
    }

    public RoleSlot abandoned() {
        return new RoleSlot(release, worker, /* givenUp= */ true, weight);
    }

    public RoleSlot weighing(int percent) {
        return new RoleSlot(release, worker, givenUp, percent);
    }

    public boolean alive() {
        return worker != null && worker.alive();
    }
}
