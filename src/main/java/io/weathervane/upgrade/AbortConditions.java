package io.weathervane.upgrade;

import io.weathervane.flags.LiveFlags;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides whether an upgrade can continue: no operator asked for its end, the kill switch is off, the worker it began with
 * is still active, and its canary is still the canary and lives. When an operator promotes, stops or kills by hand, the
 * upgrade aborts.
 */
final class AbortConditions {
    private final CancellationToken cancellation;
    private final LiveFlags flags;
    private final WorkerManager workers;
    private volatile Optional<Seen> active = Optional.empty();
    private volatile Optional<Seen> canary = Optional.empty();

    /** A worker that was there. */
    record Seen(String label, OptionalLong pid, Instant startedAt) {
        private static Seen of(WorkerView worker) {
            return new Seen(worker.label(), worker.pid(), worker.process().startedAt());
        }

        private boolean is(WorkerView worker) {
            return of(worker).equals(this);
        }
    }

    AbortConditions(CancellationToken cancellation, LiveFlags flags, WorkerManager workers) {
        this.cancellation = cancellation;
        this.flags = flags;
        this.workers = workers;
    }

    /** From here on the worker that is active now has to stay it. */
    void holdActive() {
        active = workers.view().active().map(Seen::of);
    }

    /** From here on this canary has to stay it. */
    void holdCanary(WorkerView started) {
        canary = Optional.of(Seen.of(started));
    }

    /** The canary is about to be stopped by the upgrade itself. */
    void releaseCanary() {
        canary = Optional.empty();
    }

    /** Whether the canary that is there now is the upgrade's own. */
    boolean isOurs(WorkerView one) {
        return canary.filter(ours -> ours.is(one)).isPresent();
    }

    /** Why the upgrade cannot go on; empty while it can. */
    Optional<String> problem() {
        return cancellation.why().or(this::killed).or(() -> {
            WorkersView view = workers.view();
            return canaryProblem(view).or(() -> activeProblem(view));
        });
    }

    private Optional<String> killed() {
        if (!flags.snapshot().killSwitchEngaged()) {
            return Optional.empty();
        }
        return Optional.of("the kill switch was engaged by "
                + flags.killSwitch().by().orElse("an unknown caller")
                + flags.killSwitch().reason().map(why -> ": " + why).orElse(""));
    }

    private Optional<String> canaryProblem(WorkersView view) {
        if (canary.isEmpty()) {
            return Optional.empty();
        }
        Seen ours = canary.get();
        if (view.active().filter(ours::is).isPresent()) {
            return Optional.of("the canary " + ours.label() + " was promoted by hand, past the upgrade");
        }
        if (view.canary().filter(ours::is).isEmpty()) {
            return Optional.of(view.canary()
                    .map(other -> "another canary (" + other.label() + ") was put in the place of " + ours.label())
                    .orElse("the canary " + ours.label() + " was stopped by hand"));
        }
        return view.canary()
                .filter(worker -> worker.state() != WorkerState.READY)
                .map(dead -> "the canary " + ours.label() + " died"
                        + dead.health()
                                .exitCode()
                                .map(code -> " (exit code " + code + ")")
                                .orElse(""));
    }

    private Optional<String> activeProblem(WorkersView view) {
        if (active.isEmpty()) {
            return Optional.empty();
        }
        Seen before = active.get();
        Optional<WorkerView> now = view.active();
        if (now.filter(before::is)
                .filter(worker -> worker.state() == WorkerState.READY)
                .isPresent()) {
            return Optional.empty();
        }
        return Optional.of(now.filter(worker -> !worker.label().equals(before.label()))
                .map(other -> "the active worker was changed from " + before.label() + " to " + other.label()
                        + " by hand or by the monitor")
                .orElse("the active worker " + before.label() + " ended unexpectedly"));
    }
}
