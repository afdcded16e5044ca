package io.weathervane.upgrade;

import io.weathervane.shadow.Recorder;
import io.weathervane.shadow.Shadow;
import io.weathervane.shadow.ShadowPlan;
import io.weathervane.shadow.ShadowReport;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.worker.WorkerManager;
import java.io.IOException;
import java.util.Optional;

/** Has the same calls made to both workers and compares the answers. */
final class ShadowWork implements StepWork {
    private final Shadow shadow;
    private final ShadowPlan plan;
    private final WorkerManager workers;
    private final Recorder recorded;

    ShadowWork(Shadow shadow, ShadowPlan plan, WorkerManager workers, Recorder recorded) {
        this.shadow = shadow;
        this.plan = plan;
        this.workers = workers;
        this.recorded = recorded;
    }

    @Override
    public StepOutcome run(Scene scene) throws IOException {
        ShadowReport report = shadow.run(
                plan,
                workers,
                recorded,
                (done, total, message) -> scene.say("shadow comparison " + done + "/" + total + ": " + message),
                () -> scene.problem().isPresent());
        scene.write(Folder.SHADOW, report.toJson());
        Optional<String> problem = scene.problem();
        if (problem.isPresent()) {
            return new Failed(problem.get() + "; " + report.summary());
        }
        return report.passed()
                ? new Passed(report.summary())
                : new Failed("the shadow comparison did not pass: " + report.summary() + "; see " + Folder.SHADOW);
    }
}
