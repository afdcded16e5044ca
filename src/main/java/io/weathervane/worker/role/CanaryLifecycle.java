package io.weathervane.worker.role;

import io.weathervane.worker.CanaryStartCancellation;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.routing.ReleaseCallCounters;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.RoleSlot;
import io.weathervane.worker.routing.Worker;
import io.weathervane.worker.routing.WorkerDependencies;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the worker beside the active one, and says whether it may be promoted. */
final class CanaryLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final RoleAssignments roles;
    private final WorkerLifecycle lifecycle;
    private final HealthProber prober;
    private final WorkerEventPublisher workerEvents;
    private final ReleaseCallCounters releaseCounters;
    private final Clock clock;
    private final AtomicBoolean starting = new AtomicBoolean();

    CanaryLifecycle(
            RoleAssignments roles,
            WorkerLifecycle lifecycle,
            HealthProber prober,
            WorkerEventPublisher workerEvents,
            WorkerDependencies dependencies) {
        this.roles = roles;
        this.lifecycle = lifecycle;
        this.prober = prober;
        this.workerEvents = workerEvents;
        this.releaseCounters = dependencies.releaseCounters();
        this.clock = dependencies.clock();
    }

    /** Starts the release; refused when there is a living canary already. */
    WorkerView start(WorkerRelease release, CanaryStartCancellation starts) {
        if (!starting.compareAndSet(false, true)) {
            throw new WorkerActionRefusedException("a canary is being started already");
        }
        try {
            refuseSecond();
            Worker worker = launched(release, starts);
            releaseCounters.begin(worker, clock.instant());
            lifecycle.install(Role.CANARY, worker);
            return worker.view(Role.CANARY, /* canaryWeight= */ 0);
        } catch (WorkerActionRefusedException e) {
            workerEvents.journal(
                    "start-failed",
                    release.label(),
                    Optional.of(Role.CANARY),
                    WorkerEventPublisher.details().put("reason", e.reason()));
            throw e;
        } finally {
            starting.set(false);
        }
    }

    private Worker launched(WorkerRelease release, CanaryStartCancellation starts) {
        starts.refuseWhenEnded(release.label());
        try {
            Worker worker = lifecycle.launch(
                    Role.CANARY, release, /* restarts= */ 0, started -> starts.begun(started.server()::kill));
            if (starts.over()) {
                lifecycle.dispose(worker, Role.CANARY);
                throw CanaryStartCancellation.refusal(release.label());
            }
            return worker;
        } finally {
            starts.over();
        }
    }

    private void refuseSecond() {
        RoleSlot canary = roles.now().canary();
        if (canary != null && canary.alive()) {
            throw new WorkerActionRefusedException("there is a canary already: "
                    + canary.release().label() + "; promote it (worker_promote) or stop it (worker_stop_canary) first");
        }
    }

    /** The percentage of callers that it gets: none unless it lives. */
    int canaryWeight() {
        RoleSlot slot = roles.now().canary();
        return slot != null && slot.alive() ? slot.canaryWeight() : 0;
    }

    /** Gives it this percentage of the callers; refused when there is none to give them to. */
    void weigh(int percent) {
        Optional<Worker> weighed = roles.change(() -> {
            RoleSlot slot = roles.now().canary();
            boolean alive = slot != null && slot.alive();
            if (percent > 0 && !alive) {
                throw new WorkerActionRefusedException("there is no living canary to give calls to");
            }
            if (slot == null || slot.canaryWeight() == percent) {
                return Optional.empty();
            }
            roles.set(roles.now().with(Role.CANARY, slot.withCanaryWeight(percent)));
            return Optional.ofNullable(slot.worker());
        });
        weighed.ifPresent(worker -> publishCanaryWeight(worker, percent));
    }

    private void publishCanaryWeight(Worker canary, int percent) {
        LOG.info("canary weight worker={} percent={}", canary.shown(), percent);
        workerEvents.journal(
                "canary-weight",
                canary.label(),
                Optional.of(Role.CANARY),
                WorkerEventPublisher.details().put("percent", percent));
    }

    /** Ends it, if there is one. */
    void stop() {
        Optional<Worker> canary = roles.change(() -> {
            Optional<Worker> worker = roles.now().worker(Role.CANARY);
            roles.set(roles.now().with(Role.CANARY, null));
            return worker;
        });
        canary.ifPresent(worker -> lifecycle.dispose(worker, Role.CANARY));
    }

    /** The worker to promote; refused when there is none, or it is dead or not healthy. */
    Worker healthy() {
        RoleSlot slot = roles.now().canary();
        Worker canary = slot == null ? null : slot.worker();
        if (canary == null) {
            throw new WorkerActionRefusedException("there is no canary to promote; start one with worker_start_canary");
        }
        if (!canary.alive()) {
            throw new WorkerActionRefusedException("the canary " + canary.label() + " is dead" + exitOf(canary)
                    + canary.lastStderr() + "; start it again with worker_start_canary");
        }
        HealthProbeResult probe = prober.probe(canary, Role.CANARY);
        if (!probe.ok()) {
            throw new WorkerActionRefusedException(
                    "the canary " + canary.label() + " is not healthy: " + probe.detail() + "; nothing was promoted");
        }
        return canary;
    }

    private static String exitOf(Worker worker) {
        return worker.server()
                .exitCode()
                .map(code -> " (exit code " + code + ")")
                .orElse("");
    }
}
