package io.weathervane.worker.role;

import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.Role;
import io.weathervane.worker.RollbackReadiness;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.RoleSlot;
import io.weathervane.worker.routing.Worker;
import java.util.Optional;

/** The previous worker, the one that a rollback goes back to; it may be kept cold, or have died meanwhile. */
final class PreviousWorker {
    private final RoleAssignments roles;
    private final WorkerLifecycle lifecycle;
    private final HealthProber prober;

    PreviousWorker(RoleAssignments roles, WorkerLifecycle lifecycle, HealthProber prober) {
        this.roles = roles;
        this.lifecycle = lifecycle;
        this.prober = prober;
    }

    /** The label of the release to go back to, whether or not it runs. */
    Optional<String> label() {
        return Optional.ofNullable(roles.now().previous())
                .map(slot -> slot.release().label());
    }

    /** The previous worker, started when it is not running; refused when there is none or it does not start. */
    Worker live() {
        RoleSlot slot = roles.now().previous();
        if (slot == null) {
            throw new WorkerActionRefusedException(
                    "there is no previous worker to go back to: nothing was promoted since the last rollback");
        }
        if (slot.alive() && slot.worker() != null) {
            return slot.worker();
        }
        Worker started = lifecycle.launch(Role.PREVIOUS, slot.release(), /* restarts= */ 0);
        return lifecycle
                .installInstead(Role.PREVIOUS, slot.worker(), started)
                .orElseThrow(() -> new WorkerActionRefusedException(
                        "the previous worker changed meanwhile; look at worker_status"));
    }

    /** Whether going back would bring a healthy worker. */
    RollbackReadiness preflight() {
        try {
            Worker previous = live();
            HealthProbeResult probe = prober.probe(previous, Role.PREVIOUS);
            if (!probe.ok() && !previous.alive()) {
                // It had just died, and only the probe noticed: now it can be started again.
                previous = live();
                probe = prober.probe(previous, Role.PREVIOUS);
            }
            return new RollbackReadiness(probe.ok(), "previous worker " + previous.label() + ": " + probe.detail());
        } catch (WorkerActionRefusedException e) {
            return new RollbackReadiness(false, e.reason());
        }
    }
}
