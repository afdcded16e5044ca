package io.weathervane.upgrade;

import io.weathervane.shadow.RecentCalls;
import io.weathervane.shadow.ShadowComparisonConfig;
import io.weathervane.shadow.ShadowComparisonRunner;
import io.weathervane.shadow.ShadowReport;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.upgrade.StepOutcome.Unverified;
import io.weathervane.worker.WorkerManager;
import java.io.IOException;
import java.util.Optional;

/** Makes the same calls to both workers and compares the results. */
final class ShadowStep implements ExecutableStep {
    private final ShadowComparisonRunner shadow;
    private final ShadowComparisonConfig config;
    private final WorkerManager workers;
    private final RecentCalls recentCalls;

    ShadowStep(
            ShadowComparisonRunner shadow,
            ShadowComparisonConfig config,
            WorkerManager workers,
            RecentCalls recentCalls) {
        this.shadow = shadow;
        this.config = config;
        this.workers = workers;
        this.recentCalls = recentCalls;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        ShadowReport report = shadow.run(
                config.accepting(context.upgrade().request().comparison().accepted()),
                workers,
                recentCalls,
                (done, total, message) ->
                        context.reportActivity("shadow comparison " + done + "/" + total + ": " + message),
                () -> context.problem().isPresent());
        context.write(UpgradeDirectory.SHADOW, report.toJson());
        Optional<String> problem = context.problem();
        if (problem.isPresent()) {
            return new Failed(problem.get() + "; " + report.summary());
        }
        return switch (report.outcome()) {
            case PASSED -> new Passed(report.summary());
            case NOTHING_COMPARED -> new Unverified(report.summary());
            case FAILED, CANCELLED ->
                new Failed(
                        "the shadow comparison did not pass: " + report.summary() + "; see " + UpgradeDirectory.SHADOW,
                        AcceptanceAdvice.of(report.acceptable()));
        };
    }
}
