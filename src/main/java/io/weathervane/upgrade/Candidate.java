package io.weathervane.upgrade;

import io.weathervane.worker.DeclaredTool;
import io.weathervane.worker.Inheritance;
import io.weathervane.worker.ProbeSpec;
import io.weathervane.worker.WorkerKind;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The release that is to take the active one's place: one of the configuration, or the active one with another command. */
final class Candidate {
    private static final String DRY_RUN_VARIABLE = "WVO_DRY_RUN";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private Candidate() {}

    /** What it is called: the release's label, or the upgrade's id for a command. */
    static String label(UpgradeRequest request, String id, Map<String, WorkerRelease> releases) {
        return releases.containsKey(request.canary()) ? request.canary() : id;
    }

    /**
     * The release of this request.
     *
     * @param active what runs now; a command takes over everything but the command from it
     * @param workspace where a command runs when there is no active release
     */
    static WorkerRelease of(
            Upgrade upgrade,
            Map<String, WorkerRelease> releases,
            Optional<WorkerRelease> active,
            UpgradeDirectory folder,
            Path workspace) {
        WorkerRelease configured = releases.get(upgrade.request().canary());
        if (configured != null) {
            return configured;
        }
        String staging = folder.staging().toString();
        List<String> command = CommandWords.of(upgrade.request().canary()).stream()
                .map(word -> word.replace("${" + ScriptStep.STAGING_VARIABLE + "}", staging)
                        .replace("$" + ScriptStep.STAGING_VARIABLE, staging))
                .toList();
        WorkerKind kind = active.map(WorkerRelease::kind).orElse(WorkerKind.MCP);
        Map<String, String> environment =
                new HashMap<>(active.map(WorkerRelease::environment).orElse(Map.of()));
        environment.put(ScriptStep.STAGING_VARIABLE, staging);
        return new WorkerRelease(
                upgrade.to(),
                kind,
                command,
                environment,
                active.flatMap(WorkerRelease::folder).or(() -> Optional.of(workspace)),
                active.map(WorkerRelease::probe).orElseGet(() -> ProbeSpec.defaults(kind)),
                active.map(WorkerRelease::callTimeout).orElse(CALL_TIMEOUT),
                active.map(WorkerRelease::tools).orElse(List.<DeclaredTool>of()),
                active.flatMap(WorkerRelease::user),
                active.map(WorkerRelease::inheritance).orElseGet(Inheritance::none));
    }

    /** The same, told that its calls are not real: it should change nothing outside of itself. */
    static WorkerRelease inDryRun(WorkerRelease release) {
        Map<String, String> environment = new HashMap<>(release.environment());
        environment.put(DRY_RUN_VARIABLE, "1");
        return new WorkerRelease(
                release.label(),
                release.kind(),
                release.command(),
                environment,
                release.folder(),
                release.probe(),
                release.callTimeout(),
                release.tools(),
                release.user(),
                release.inheritance());
    }
}
