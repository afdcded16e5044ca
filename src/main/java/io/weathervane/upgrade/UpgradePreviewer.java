package io.weathervane.upgrade;

import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the preview of an upgrade: the preflight as it is now, and the steps after it. */
final class UpgradePreviewer {
    private final UpgradeDependencies dependencies;
    private final BuildProcessRegistry buildProcesses;

    UpgradePreviewer(UpgradeDependencies dependencies, BuildProcessRegistry buildProcesses) {
        this.dependencies = dependencies;
        this.buildProcesses = buildProcesses;
    }

    UpgradePreview of(Upgrade planned, UpgradeDirectory scratch) throws IOException, InterruptedException {
        WorkerRelease release = CandidateReleaseResolver.of(
                planned,
                dependencies.config().releases(),
                dependencies.workers().releaseOf(Role.ACTIVE),
                scratch,
                dependencies.serverContext().workspace().root());
        List<String> lines = new ArrayList<>();
        lines.add("upgrade " + planned.id() + " from " + planned.from().orElse("nothing") + " to " + planned.to() + ": "
                + release.where());
        List<PreflightCheckResult> checks = new PreflightStep(dependencies, buildProcesses, ignored -> release)
                .checks(planned, release, scratch, scratch.path());
        for (PreflightCheckResult check : checks) {
            lines.add(String.format(Locale.ROOT, "%-7s %s: %s", check.result().word(), check.name(), check.found()));
        }
        lines.addAll(steps(planned.request()));
        return new UpgradePreview(checks.stream().allMatch(PreflightCheckResult::ok), lines);
    }

    private static List<String> steps(UpgradeRequest request) {
        List<String> lines = new ArrayList<>();
        request.staging().build().ifPresent(script -> lines.add("then    build: " + script));
        request.staging().test().ifPresent(script -> lines.add("then    test: " + script));
        lines.add("then    start the canary with WVO_DRY_RUN=1 and compare it with the active worker");
        switch (request.promotionMode()) {
            case STOP -> lines.add("then    stop it");
            case WAIT -> lines.add("then    wait for approval");
            case PROMOTE -> lines.add("then    start it again for real calls");
        }
        if (request.promotionMode() != PromotionMode.STOP) {
            request.ramp()
                    .weights()
                    .forEach(weight -> lines.add("then    give it " + weight + " % of the callers for "
                            + request.ramp().stepTime().toMillis() / 1000.0 + " s"));
            lines.add("then    promote it and watch it, with the probes named above, if any");
        }
        return lines;
    }
}
