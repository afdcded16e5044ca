package io.weathervane.upgrade;

import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.shadow.ShadowComparisonConfig;
import io.weathervane.shadow.ShadowComparisonRunner;
import io.weathervane.shadow.ShadowReport;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.upgrade.StepOutcome.Unverified;
import io.weathervane.worker.WorkerManager;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the same calls to both workers and compares the results. */
final class ShadowStep implements ExecutableStep {
    private final ShadowComparisonRunner shadow;
    private final ShadowComparisonConfig config;
    private final WorkerManager workers;
    private final ComparisonSources comparison;

    ShadowStep(
            ShadowComparisonRunner shadow,
            ShadowComparisonConfig config,
            WorkerManager workers,
            ComparisonSources comparison) {
        this.shadow = shadow;
        this.config = config;
        this.workers = workers;
        this.comparison = comparison;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException {
        ShadowReport report = shadow.run(
                config.accepting(context.upgrade().request().comparison().accepted()),
                workers,
                comparison.recentCalls(),
                (done, total, message) ->
                        context.reportActivity("shadow comparison " + done + "/" + total + ": " + message),
                () -> context.problem().isPresent());
        context.write(UpgradeDirectory.SHADOW, report.toJson());
        Optional<String> problem = context.problem();
        if (problem.isPresent()) {
            return new Failed(problem.get() + "; " + report.summary());
        }
        // Who is asked before the promotion may have the drift approved while the canary waits.
        Optional<String> refused = context.upgrade().request().promotionMode() == PromotionMode.WAIT
                ? Optional.empty()
                : comparison.promotionRefusal();
        if (report.outcome() != ShadowReport.Outcome.FAILED && refused.isPresent()) {
            return new Failed(refused.get() + "; " + report.summary());
        }
        String summary = report.summary() + contract();
        return switch (report.outcome()) {
            case PASSED -> new Passed(summary);
            case NOTHING_COMPARED -> new Unverified(summary);
            case FAILED, CANCELLED ->
                new Failed(
                        "the shadow comparison did not pass: " + report.summary() + "; see " + UpgradeDirectory.SHADOW,
                        advice(context.upgrade().request(), report));
        };
    }

    /** All that is in the way, so that accepting what is meant does not lead to the next refusal. */
    private static List<String> advice(UpgradeRequest request, ShadowReport report) {
        List<String> advice = AcceptanceAdvice.of(report.acceptable());
        boolean nothingCompared = report.callsCompared() == 0
                && request.promotionMode() == PromotionMode.PROMOTE
                && !request.comparison().allowUnverified();
        return advice.isEmpty() || !nothingCompared
                ? advice
                : Stream.concat(
                                advice.stream(),
                                Stream.of("No call was compared, either: without calls to compare (upgrade.probes) its"
                                        + " promotion needs allow_unverified (--allow-unverified) as well."))
                        .toList();
    }

    private String contract() {
        return comparison
                .contract()
                .flatMap(ServiceContract::canaryNote)
                .map("; "::concat)
                .orElse("");
    }
}
