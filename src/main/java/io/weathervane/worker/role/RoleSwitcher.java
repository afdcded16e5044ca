package io.weathervane.worker.role;

import io.weathervane.store.SameTransactionWriter;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.OngoingDrain;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.routing.CallCounters;
import io.weathervane.worker.routing.RoleAssignment;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.RoleSlot;
import io.weathervane.worker.routing.Worker;
import io.weathervane.worker.routing.WorkerDependencies;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes which worker is active. A promotion is recorded first; a rollback is carried out first and recorded after. */
final class RoleSwitcher {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final ServiceName service;
    private final RoleAssignments roles;
    private final WorkerLifecycle lifecycle;
    private final PreviousWorker previousWorker;
    private final RoleRecorder roleRecorder;
    private final WorkerEventPublisher workerEvents;
    private final Clock clock;
    private final Ticker ticker;

    RoleSwitcher(
            RoleAssignments roles,
            WorkerLifecycle lifecycle,
            PreviousWorker previousWorker,
            RoleRecorder roleRecorder,
            WorkerEventPublisher workerEvents,
            WorkerDependencies dependencies) {
        this.roles = roles;
        this.lifecycle = lifecycle;
        this.previousWorker = previousWorker;
        this.roleRecorder = roleRecorder;
        this.workerEvents = workerEvents;
        this.service = dependencies.service();
        this.clock = dependencies.clock();
        this.ticker = dependencies.ticker();
    }

    /** Makes this canary, found healthy, the active worker. */
    WorkerSwitchResult promote(Worker canary, SameTransactionWriter<WorkerSwitchResult> sameTransaction) {
        Flip flip = roles.change(() -> {
            if (!roles.now().holds(Role.CANARY, canary) || !canary.alive()) {
                throw new WorkerActionRefusedException(
                        "the canary " + canary.label() + " is gone; nothing was promoted");
            }
            Optional<Worker> left = roles.now().worker(Role.PREVIOUS);
            return new Flip(flipRecorded(roles.now().promoted(), sameTransaction), left);
        });
        flip.left().ifPresent(worker -> lifecycle.disposeLater(worker, Role.PREVIOUS));
        WorkerSwitchResult done = flip.change();
        workerEvents.announce("promote", done);
        logRollbackTarget();
        return done;
    }

    /** A switch, and the worker that it left without a role. */
    private record Flip(WorkerSwitchResult change, Optional<Worker> left) {}

    /** A switch back, the worker that it left without a role, and its record on the way to the database. */
    private record FlipBack(WorkerSwitchResult change, Optional<Worker> left, WriteReceipt receipt) {}

    /** Record first, then flip: a promotion that cannot be written must not happen. */
    private WorkerSwitchResult flipRecorded(
            RoleAssignment next, SameTransactionWriter<WorkerSwitchResult> sameTransaction) {
        Stopwatch taken = new Stopwatch(ticker);
        WorkerSwitchResult change = change(next);
        roleRecorder.writeAhead(next, change, sameTransaction);
        flip(next);
        return new WorkerSwitchResult(
                change.from(), change.to(), change.at(), taken.elapsedNanos(), /* recorded= */ true, Optional.empty());
    }

    /** The switch that is about to happen. */
    private WorkerSwitchResult change(RoleAssignment next) {
        RoleSlot from = roles.now().active();
        RoleSlot to = next.active();
        if (to == null) {
            throw new IllegalStateException("a switch needs a worker to switch to");
        }
        return new WorkerSwitchResult(
                Optional.ofNullable(from).map(slot -> slot.release().label()),
                to.release().label(),
                clock.instant(),
                /* flipNanos= */ 0,
                /* recorded= */ true,
                Optional.empty());
    }

    private void flip(RoleAssignment next) {
        CallCounters counters = roles.now()
                .worker(Role.ACTIVE)
                .map(before -> before.tally().next())
                .orElseGet(CallCounters::new);
        next.worker(Role.ACTIVE).ifPresent(worker -> worker.countInto(counters));
        roles.set(next);
    }

    /** Gives the calls back to the previous worker: the switch of a rollback. */
    WorkerSwitchResult switchToActive(AdditionalSwitchRecordSource additionalRecords) {
        Stopwatch taken = new Stopwatch(ticker);
        Worker target = previousWorker.live();
        FlipBack flip = roles.change(() -> {
            RoleAssignment now = roles.now();
            if (!now.holds(Role.PREVIOUS, target)) {
                throw new WorkerActionRefusedException("the previous worker changed meanwhile; look at worker_status");
            }
            RoleAssignment next = now.rolledBack();
            WorkerSwitchResult change = change(next);
            flip(next);
            WorkerSwitchResult done = new WorkerSwitchResult(
                    change.from(),
                    change.to(),
                    change.at(),
                    taken.elapsedNanos(),
                    /* recorded= */ true,
                    Optional.empty());
            return new FlipBack(
                    done, now.worker(Role.REJECTED), roleRecorder.writeDeferred(next, done, additionalRecords));
        });
        flip.left().ifPresent(worker -> lifecycle.disposeLater(worker, Role.REJECTED));
        WorkerSwitchResult done = roleRecorder.outcome(flip.change(), flip.receipt());
        workerEvents.announce("rollback", done);
        return done;
    }

    /** Says on the log which worker a rollback would bring. */
    void logRollbackTarget() {
        LOG.info(
                "switchToActive available: previous={}{}",
                previousWorker.label().orElse("none"),
                service.logged());
    }

    /** Begins to end the worker that the last switch back replaced; what it has to finish delays no caller. */
    OngoingDrain disposeReplaced() {
        Optional<Worker> rejected = roles.change(() -> {
            Optional<Worker> worker = roles.now().worker(Role.REJECTED);
            roles.set(roles.now().with(Role.REJECTED, null));
            return worker;
        });
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        rejected.ifPresentOrElse(
                worker -> lifecycle.disposeLater(worker, Role.REJECTED, drained::complete),
                () -> drained.complete(true));
        return new OngoingDrain(rejected.map(Worker::label), lifecycle.drainTimeout(), drained);
    }
}
