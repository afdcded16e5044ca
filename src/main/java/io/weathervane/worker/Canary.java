package io.weathervane.worker;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the worker beside the active one, and says whether it may be promoted. */
final class Canary {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final BlueGreen stage;
    private final Staff staff;
    private final Prober prober;
    private final WorkerNews news;
    private final AtomicBoolean starting = new AtomicBoolean();

    Canary(BlueGreen stage, Staff staff, Prober prober, WorkerNews news) {
        this.stage = stage;
        this.staff = staff;
        this.prober = prober;
        this.news = news;
    }

    /** Starts the release; refused when there is a living canary already. */
    WorkerView start(WorkerRelease release, CanaryStarts starts) {
        if (!starting.compareAndSet(false, true)) {
            throw new WorkerRefusedException("a canary is being started already");
        }
        try {
            refuseSecond();
            Worker worker = launched(release, starts);
            staff.install(Role.CANARY, worker);
            return worker.view(Role.CANARY, /* weight= */ 0);
        } catch (WorkerRefusedException e) {
            news.journal(
                    "start-failed",
                    release.label(),
                    Optional.of(Role.CANARY),
                    WorkerNews.details().put("reason", e.reason()));
            throw e;
        } finally {
            starting.set(false);
        }
    }

    private Worker launched(WorkerRelease release, CanaryStarts starts) {
        starts.refuseWhenEnded(release.label());
        try {
            Worker worker = staff.launch(Role.CANARY, release, /* restarts= */ 0, starts::begun);
            if (starts.over()) {
                staff.dispose(worker, Role.CANARY);
                throw CanaryStarts.refusal(release.label());
            }
            return worker;
        } finally {
            starts.over();
        }
    }

    private void refuseSecond() {
        Seat canary = stage.now().canary();
        if (canary != null && canary.alive()) {
            throw new WorkerRefusedException("there is a canary already: "
                    + canary.release().label() + "; promote it (worker_promote) or stop it (worker_stop_canary) first");
        }
    }

    /** The percentage of callers that it gets: none unless it lives. */
    int weight() {
        Seat seat = stage.now().canary();
        return seat != null && seat.alive() ? seat.weight() : 0;
    }

    /** Gives it this percentage of the callers; refused when there is none to give them to. */
    void weigh(int percent) {
        Optional<Worker> weighed = stage.change(() -> {
            Seat seat = stage.now().canary();
            boolean alive = seat != null && seat.alive();
            if (percent > 0 && !alive) {
                throw new WorkerRefusedException("there is no living canary to give calls to");
            }
            if (seat == null || seat.weight() == percent) {
                return Optional.empty();
            }
            stage.set(stage.now().with(Role.CANARY, seat.weighing(percent)));
            return Optional.ofNullable(seat.worker());
        });
        weighed.ifPresent(worker -> tellOfWeight(worker, percent));
    }

    private void tellOfWeight(Worker canary, int percent) {
        LOG.info("canary weight worker={} percent={}", canary.label(), percent);
        news.journal(
                "weight",
                canary.label(),
                Optional.of(Role.CANARY),
                WorkerNews.details().put("percent", percent));
    }

    /** Ends it, if there is one. */
    void stop() {
        Optional<Worker> canary = stage.change(() -> {
            Optional<Worker> worker = stage.now().worker(Role.CANARY);
            stage.set(stage.now().with(Role.CANARY, null));
            return worker;
        });
        canary.ifPresent(worker -> staff.dispose(worker, Role.CANARY));
    }

    /** The worker to promote; refused when there is none, or it is dead or not healthy. */
    Worker healthy() {
        Seat seat = stage.now().canary();
        Worker canary = seat == null ? null : seat.worker();
        if (canary == null) {
            throw new WorkerRefusedException("there is no canary to promote; start one with worker_start_canary");
        }
        if (!canary.alive()) {
            throw new WorkerRefusedException("the canary " + canary.label() + " is dead" + exitOf(canary)
                    + canary.lastWords() + "; start it again with worker_start_canary");
        }
        Probe probe = prober.probe(canary, Role.CANARY);
        if (!probe.ok()) {
            throw new WorkerRefusedException(
                    "the canary " + canary.label() + " is not healthy: " + probe.detail() + "; nothing was promoted");
        }
        return canary;
    }

    private static String exitOf(Worker worker) {
        return worker.process()
                .exitCode()
                .map(code -> " (exit code " + code + ")")
                .orElse("");
    }
}
