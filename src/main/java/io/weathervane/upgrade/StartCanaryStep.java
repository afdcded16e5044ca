package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.worker.CanaryStartCancellation;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerView;
import java.util.function.Function;

/** Starts the canary beside the active worker, in dry run. */
final class StartCanaryStep implements ExecutableStep {
    private final RollbackMonitor monitor;
    private final CanaryStartCancellation starts;
    private final Function<StepContext, WorkerRelease> candidate;

    StartCanaryStep(
            RollbackMonitor monitor, CanaryStartCancellation starts, Function<StepContext, WorkerRelease> candidate) {
        this.monitor = monitor;
        this.starts = starts;
        this.candidate = candidate;
    }

    @Override
    public StepOutcome run(StepContext context) {
        WorkerRelease release = CandidateReleaseResolver.inDryRun(candidate.apply(context));
        context.reportActivity("starting the canary " + release.label());
        context.abortConditions().holdActive();
        WorkerView canary = monitor.startCanary(new Actor(context.upgrade().actor()), release, starts);
        context.abortConditions().holdCanary(canary);
        return new Passed("the canary " + canary.label() + " runs (" + canary.where() + ", "
                + canary.program().protocol() + (release.remote().isPresent() ? "" : ", WVO_DRY_RUN=1") + ")");
    }
}
