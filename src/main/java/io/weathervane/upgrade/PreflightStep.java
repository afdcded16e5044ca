package io.weathervane.upgrade;

import io.weathervane.baseline.ActiveReleaseErrorSummary;
import io.weathervane.contract.enforcement.ContractStatus;
import io.weathervane.contract.enforcement.ServiceContract;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.shadow.AcceptedToolChange;
import io.weathervane.shadow.ShadowComparisonConfig;
import io.weathervane.store.StoreException;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.util.ProductVersion;
import io.weathervane.util.SafeText;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks whether an upgrade may begin; changes nothing. It makes every check, so that one run shows all that is to do. */
final class PreflightStep implements ExecutableStep {
    /** Free space that records, output and the database should have. */
    private static final long DISK_MIN_MB = 100;

    private static final long BYTES_PER_MB = 1024L * 1024;

    private final UpgradeDependencies dependencies;
    private final BuildProcessRegistry buildProcesses;
    private final Function<StepContext, WorkerRelease> candidate;

    PreflightStep(
            UpgradeDependencies dependencies,
            BuildProcessRegistry buildProcesses,
            Function<StepContext, WorkerRelease> candidate) {
        this.dependencies = dependencies;
        this.buildProcesses = buildProcesses;
        this.candidate = candidate;
    }

    @Override
    public StepOutcome run(StepContext context) throws IOException, InterruptedException {
        context.reportActivity("preflight");
        List<PreflightCheckResult> checks = checks(
                context.upgrade(),
                candidate.apply(context),
                context.folder(),
                context.folder().staging());
        context.write(UpgradeDirectory.PREFLIGHT, json(context, checks));
        List<PreflightCheckResult> failed =
                checks.stream().filter(check -> !check.ok()).toList();
        if (failed.isEmpty()) {
            return new Passed(checks.size() + " checks passed"
                    + checks.stream()
                            .filter(check -> check.result() == PreflightCheckResult.Result.WARNING)
                            .map(check -> "; warning: " + check.found())
                            .collect(Collectors.joining()));
        }
        return new Failed("the preflight did not pass: "
                + failed.stream()
                        .map(check -> check.name() + " (" + check.found() + ")")
                        .collect(Collectors.joining("; ")));
    }

    /**
     * @param folder the upgrade's
     * @param scratch a folder that may be written to; nothing is left in it, unless the server is killed
     */
    List<PreflightCheckResult> checks(Upgrade upgrade, WorkerRelease release, UpgradeDirectory folder, Path scratch)
            throws IOException, InterruptedException {
        List<PreflightCheckResult> checks = new ArrayList<>();
        checks.add(disk(dependencies.serverContext().workspace().root(), "disk"));
        checks.add(disk(dependencies.serverContext().workspace().state(), "disk of the state folder"));
        checks.add(database());
        boolean isBuilt = upgrade.request().staging().build().isPresent()
                || upgrade.request().staging().test().isPresent();
        ProgramCheck programs = new ProgramCheck(
                dependencies.serverContext().workspace().root(),
                folder.staging(),
                isBuilt,
                Optional.ofNullable(System.getenv("PATH")).orElse(""));
        checks.add(programs.canary(release));
        if (isBuilt) {
            checks.add(programs.shell());
        }
        checks.add(PreflightCheckResult.passed(
                "versions",
                "weathervane " + ProductVersion.text() + ", java "
                        + Runtime.version().feature()));
        checks.add(new UncommittedChangesCheck(
                        dependencies.serverContext().workspace(),
                        buildProcesses,
                        upgrade.id(),
                        dependencies.serverContext().ticker())
                .check(upgrade.request().staging().allowDirty(), scratch, Optional::empty));
        checks.add(rollbackTarget(upgrade));
        acceptedChanges(upgrade).ifPresent(checks::add);
        comparedCalls(upgrade).ifPresent(checks::add);
        dependencies.comparison().contract().map(PreflightStep::contract).ifPresent(checks::add);
        checks.add(baseline());
        checks.add(PreflightCheckResult.passed(
                "record", dependencies.monitor().baseline().text()));
        checks.add(new WatchProbeSufficiencyCheck(
                        dependencies.workers(), dependencies.config().watchProbes())
                .check(dependencies.monitor().policy().gracePeriod()));
        checks.add(noCanary());
        checks.add(killSwitch());
        return checks;
    }

    /** A warning only: the new release may be what makes it better. */
    private PreflightCheckResult baseline() {
        String name = "active worker's error rate";
        ActiveReleaseErrorSummary rate = dependencies.monitor().activeErrorRate();
        return rate.trouble()
                .map(found -> PreflightCheckResult.warned(name, found))
                .orElseGet(() -> PreflightCheckResult.passed(name, rate.text()));
    }

    /** What can be accepted is a change of a tool that callers have now. */
    private Optional<PreflightCheckResult> acceptedChanges(Upgrade upgrade) {
        Set<String> named = upgrade.request().comparison().accepted().stream()
                .map(AcceptedToolChange::tool)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> tools = dependencies.workers().tools(Role.ACTIVE).stream()
                .map(tool -> tool.path("name").asString(""))
                .collect(Collectors.toCollection(TreeSet::new));
        if (named.isEmpty() || tools.isEmpty()) {
            return Optional.empty();
        }
        List<String> unknown =
                named.stream().filter(tool -> !tools.contains(tool)).toList();
        return Optional.of(PreflightCheckResult.of(
                "accepted changes",
                unknown.isEmpty(),
                unknown.isEmpty()
                        ? named.size() + " tools named"
                        : "the active worker has no " + SafeText.line(String.join(", ", unknown)) + "; it has "
                                + SafeText.line(String.join(", ", tools))));
    }

    /** Said before the build rather than after the comparison; callers may still make calls meanwhile. */
    private Optional<PreflightCheckResult> comparedCalls(Upgrade upgrade) {
        ShadowComparisonConfig shadow = dependencies.config().shadow();
        boolean some = !shadow.probes().isEmpty()
                || !shadow.mirrorDuration().isZero()
                || (shadow.replay() > 0
                        && dependencies.comparison().recentCalls().size() > 0);
        boolean needed = upgrade.request().promotionMode() == PromotionMode.PROMOTE
                && !upgrade.request().comparison().allowUnverified();
        return some || !needed
                ? Optional.empty()
                : Optional.of(PreflightCheckResult.warned(
                        "calls to compare",
                        "there is none: no upgrade.probes, no recorded call of a read-only tool" + readOnlyTools()
                                + "; with nothing compared it is not promoted without allow_unverified"
                                + " (--allow-unverified)"));
    }

    private String readOnlyTools() {
        return dependencies.workers().tools(Role.ACTIVE).stream().anyMatch(ReadOnlyHint::isIn)
                ? ""
                : ", and no tool of the active worker is annotated read-only";
    }

    /** A warning at most: the new release may be what keeps the contract again. */
    private static PreflightCheckResult contract(ServiceContract contract) {
        ContractStatus status = contract.status();
        return status.sentences().isEmpty()
                ? PreflightCheckResult.passed("contract", status.text())
                : PreflightCheckResult.warned("contract", String.join(" ", status.sentences()));
    }

    private static PreflightCheckResult disk(Path folder, String name) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace() / BYTES_PER_MB;
        return PreflightCheckResult.of(name, free >= DISK_MIN_MB, free + " MB free, " + DISK_MIN_MB + " MB are needed");
    }

    /** Written in the transaction of a read of it, so that both ways are known to work. */
    private PreflightCheckResult database() {
        try {
            Stopwatch taken = new Stopwatch(dependencies.serverContext().ticker());
            dependencies.serverContext().database().write(sql -> sql.update("UPDATE upgrades SET open = open"));
            dependencies
                    .serverContext()
                    .database()
                    .read(sql -> sql.first("SELECT count(*) AS n FROM upgrades", row -> row.number("n")));
            return PreflightCheckResult.passed(
                    "database", "written and read in " + taken.elapsedNanos() / 1000 + " us");
        } catch (StoreException e) {
            return PreflightCheckResult.failed("database", e.kind() + ": " + e.getMessage());
        }
    }

    /** What a rollback would bring back is what is active now. */
    private PreflightCheckResult rollbackTarget(Upgrade upgrade) {
        String name = "rollback target";
        Optional<WorkerView> active = dependencies.workers().view().active();
        if (active.filter(worker -> worker.state() == WorkerState.READY).isEmpty()) {
            return PreflightCheckResult.failed(name, "no worker is active, so there would be none to go back to");
        }
        String label = active.get().label();
        if (label.equals(upgrade.to())) {
            return PreflightCheckResult.failed(name, label + " is active already");
        }
        HealthProbeResult probe = dependencies.workers().probe(Role.ACTIVE);
        return PreflightCheckResult.of(
                name, probe.ok(), label + (probe.ok() ? " is healthy" : " is not healthy: " + probe.detail()));
    }

    private PreflightCheckResult noCanary() {
        WorkersView view = dependencies.workers().view();
        return view.canary()
                .filter(worker -> worker.state() == WorkerState.READY)
                .map(there -> PreflightCheckResult.failed(
                        "canary", "there is one already: " + there.label() + "; stop it with worker_stop_canary"))
                .orElseGet(() -> PreflightCheckResult.passed("canary", "there is none yet"));
    }

    private PreflightCheckResult killSwitch() {
        if (!dependencies.flags().snapshot().killSwitchEngaged()) {
            return PreflightCheckResult.passed("kill switch", "off");
        }
        KillSwitchStatus status = dependencies.flags().killSwitch();
        return PreflightCheckResult.failed(
                "kill switch",
                "engaged by " + status.by().orElse("unknown")
                        + status.reason().map(why -> ": " + why).orElse("") + "; see kill_switch_reset");
    }

    private ObjectNode json(StepContext context, List<PreflightCheckResult> checks) {
        ObjectNode json = UpgradeCodec.object()
                .put("upgrade", context.upgrade().id())
                .put("at", dependencies.serverContext().clock().instant().toString())
                .put("passed", checks.stream().allMatch(PreflightCheckResult::ok));
        ArrayNode all = json.putArray("checks");
        for (PreflightCheckResult check : checks) {
            ObjectNode one = all.addObject()
                    .put("name", check.name())
                    .put("ok", check.ok())
                    .put("found", check.found());
            if (check.result() == PreflightCheckResult.Result.WARNING) {
                one.put("warning", true);
            }
        }
        return json;
    }
}
