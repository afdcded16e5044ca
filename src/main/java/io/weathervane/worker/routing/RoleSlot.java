package io.weathervane.worker.routing;

import io.weathervane.worker.WorkerRelease;
import org.jspecify.annotations.Nullable;

/**
 * A role's release, and the worker that runs it.
 *
 * @param worker null while none runs: it could not be started, or is kept cold
 * @param abandoned whether the server no longer tries to start it
 * @param canaryWeight the percentage of callers that a canary gets while it lives; 0 for every other role
 */
public record RoleSlot(WorkerRelease release, @Nullable Worker worker, boolean abandoned, int canaryWeight) {
    public static RoleSlot of(Worker worker) {
        return new RoleSlot(worker.release(), worker, /* abandoned= */ false, /* canaryWeight= */ 0);
    }

    public static RoleSlot empty(WorkerRelease release) {
        return new RoleSlot(release, /* worker= */ null, /* abandoned= */ false, /* canaryWeight= */ 0);
    }

    public RoleSlot abandon() {
        return new RoleSlot(release, worker, /* abandoned= */ true, canaryWeight);
    }

    public RoleSlot withCanaryWeight(int percent) {
        return new RoleSlot(release, worker, abandoned, percent);
    }

    public boolean alive() {
        return worker != null && worker.alive();
    }
}
