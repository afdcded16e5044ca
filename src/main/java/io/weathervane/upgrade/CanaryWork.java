package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.control.RollbackMonitor;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.worker.CanaryStarts;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerView;
import java.util.function.Function;

/** Starts the canary beside the active worker, in dry run. */
final class CanaryWork implements StepWork {
    private final RollbackMonitor monitor;
    private final CanaryStarts starts;
    private final Function<Scene, WorkerRelease> candidate;

    CanaryWork(RollbackMonitor monitor, CanaryStarts starts, Function<Scene, WorkerRelease> candidate) {
        this.monitor = monitor;
        this.starts = starts;
        this.candidate = candidate;
    }

    @Override
    public StepOutcome run(Scene scene) {
        WorkerRelease release = Candidate.inDryRun(candidate.apply(scene));
        scene.say("starting the canary " + release.label());
        scene.lookout().holdActive();
        WorkerView canary = monitor.startCanary(new Actor(scene.upgrade().actor()), release, starts);
        scene.lookout().holdCanary(canary);
        return new Passed("the canary " + canary.label() + " runs (pid " + canary.pid() + ", " + canary.protocol()
                + ", WVO_DRY_RUN=1)");
    }
}
