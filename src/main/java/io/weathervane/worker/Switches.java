package io.weathervane.worker;

import io.weathervane.store.Written;
import io.weathervane.util.Ticker;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes which worker is active: forward to the canary, recorded first; back to the previous one, recorded after. */
final class Switches {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final BlueGreen stage;
    private final Staff staff;
    private final Standby standby;
    private final RoleRecord record;
    private final WorkerNews news;
    private final Clock clock;
    private final Ticker ticker;

    Switches(
            BlueGreen stage,
            Staff staff,
            Standby standby,
            RoleRecord record,
            WorkerNews news,
            Clock clock,
            Ticker ticker) {
        this.stage = stage;
        this.staff = staff;
        this.standby = standby;
        this.record = record;
        this.news = news;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Makes this canary, found healthy, the active worker. */
    Switch promote(Worker canary, SwitchRecord alsoRecord) {
        Flip flip = stage.change(() -> {
            if (!stage.now().holds(Role.CANARY, canary) || !canary.alive()) {
                throw new WorkerRefusedException("the canary " + canary.label() + " is gone; nothing was promoted");
            }
            Optional<Worker> left = stage.now().worker(Role.PREVIOUS);
            return new Flip(flipRecorded(stage.now().promoted(), alsoRecord), left);
        });
        flip.left().ifPresent(worker -> staff.disposeLater(worker, Role.PREVIOUS));
        Switch done = flip.change();
        news.announce("promote", done);
        sayWhatRollbackWouldDo();
        return done;
    }

    /** A switch, and the worker that it left without a role. */
    private record Flip(Switch change, Optional<Worker> left) {}

    /** A switch back, the worker that it left without a role, and its record on the way to the database. */
    private record FlipBack(Switch change, Optional<Worker> left, Written written) {}

    /** Record first, then flip: a promotion that cannot be written must not happen. */
    private Switch flipRecorded(Lineup next, SwitchRecord alsoRecord) {
        long begun = ticker.nanos();
        Switch change = change(next);
        record.writeAhead(next, change, alsoRecord);
        flip(next);
        return new Switch(
                change.from(),
                change.to(),
                change.at(),
                ticker.nanos() - begun,
                /* recorded= */ true,
                Optional.empty());
    }

    /** The switch that is about to happen. */
    private Switch change(Lineup next) {
        Seat from = stage.now().active();
        Seat to = next.active();
        if (to == null) {
            throw new IllegalStateException("a switch needs a worker to switch to");
        }
        return new Switch(
                Optional.ofNullable(from).map(seat -> seat.release().label()),
                to.release().label(),
                clock.instant(),
                /* flipNanos= */ 0,
                /* recorded= */ true,
                Optional.empty());
    }

    private void flip(Lineup next) {
        OperationsTally tally = stage.now()
                .worker(Role.ACTIVE)
                .map(before -> before.tally().next())
                .orElseGet(OperationsTally::new);
        next.worker(Role.ACTIVE).ifPresent(worker -> worker.countInto(tally));
        stage.set(next);
    }

    /** Gives the calls back to the previous worker. */
    Switch back(SwitchNotes notes) {
        long begun = ticker.nanos();
        Worker target = standby.live();
        FlipBack flip = stage.change(() -> {
            Lineup now = stage.now();
            if (!now.holds(Role.PREVIOUS, target)) {
                throw new WorkerRefusedException("the previous worker changed meanwhile; look at worker_status");
            }
            Lineup next = now.rolledBack();
            Switch change = change(next);
            flip(next);
            Switch done = new Switch(
                    change.from(),
                    change.to(),
                    change.at(),
                    ticker.nanos() - begun,
                    /* recorded= */ true,
                    Optional.empty());
            return new FlipBack(done, now.worker(Role.REJECTED), record.writeLate(next, done, notes));
        });
        flip.left().ifPresent(worker -> staff.disposeLater(worker, Role.REJECTED));
        Switch done = record.outcome(flip.change(), flip.written());
        news.announce("rollback", done);
        return done;
    }

    /** Says on the log which worker a rollback would bring. */
    void sayWhatRollbackWouldDo() {
        LOG.info("switchToActive available: previous={}", standby.label().orElse("none"));
    }

    /** Begins to end the worker that the last switch back replaced; what it has to finish delays no caller. */
    Disposal disposeReplaced() {
        Optional<Worker> rejected = stage.change(() -> {
            Optional<Worker> worker = stage.now().worker(Role.REJECTED);
            stage.set(stage.now().with(Role.REJECTED, null));
            return worker;
        });
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        rejected.ifPresentOrElse(
                worker -> staff.disposeLater(worker, Role.REJECTED, drained::complete), () -> drained.complete(true));
        return new Disposal(rejected.map(Worker::label), staff.drainTimeout(), drained);
    }
}
