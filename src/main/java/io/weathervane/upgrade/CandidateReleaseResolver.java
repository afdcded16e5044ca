package io.weathervane.upgrade;

import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.ServerSpec;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The release that is to take the active one's place: one of the configuration, or the active one with another command. */
final class CandidateReleaseResolver {
    private static final String DRY_RUN_VARIABLE = "WVO_DRY_RUN";

    private CandidateReleaseResolver() {}

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
            UpgradeDirectory directory,
            Path workspace) {
        WorkerRelease configured = releases.get(upgrade.request().canary());
        if (configured != null) {
            return configured;
        }
        Optional<URI> url = RemoteSpec.urlIn(upgrade.request().canary());
        if (url.isPresent()) {
            return remote(upgrade.to(), url.get(), active);
        }
        String staging = directory.staging().toString();
        List<String> command = CommandLineSplitter.of(upgrade.request().canary()).stream()
                .map(word -> word.replace("${" + BuildOrTestStep.STAGING_VARIABLE + "}", staging)
                        .replace("$" + BuildOrTestStep.STAGING_VARIABLE, staging))
                .toList();
        WorkerRelease model = active.orElseGet(() -> WorkerRelease.of(upgrade.to(), WorkerProtocol.MCP, command));
        return new WorkerRelease(
                upgrade.to(),
                model.protocol(),
                launch(model, command, staging, workspace),
                model.probe(),
                model.callTimeout(),
                model.tools());
    }

    /** A URL takes over all but what is a command's from the active release, and its credentials on the same server only. */
    private static WorkerRelease remote(String label, URI url, Optional<WorkerRelease> active) {
        RemoteSpec spec = active.flatMap(WorkerRelease::remote)
                .map(remote -> remote.at(url))
                .orElseGet(() -> RemoteSpec.of(url));
        WorkerRelease model = active.filter(one -> one.protocol() == WorkerProtocol.MCP)
                .orElseGet(() -> WorkerRelease.of(label, WorkerProtocol.MCP, spec));
        return new WorkerRelease(label, WorkerProtocol.MCP, spec, model.probe(), model.callTimeout(), List.of());
    }

    private static LaunchSpec launch(WorkerRelease model, List<String> command, String staging, Path workspace) {
        LaunchSpec same = model.launch().orElseGet(() -> LaunchSpec.of(command));
        Map<String, String> environment = new HashMap<>(same.environment());
        environment.put(BuildOrTestStep.STAGING_VARIABLE, staging);
        return same.withCommand(command)
                .withEnvironment(environment)
                .in(same.folder().or(() -> Optional.of(workspace)));
    }

    /** The same, told that its calls are not real: it should change nothing outside of itself. */
    static WorkerRelease inDryRun(WorkerRelease release) {
        return release.with(release.launch()
                .<ServerSpec>map(CandidateReleaseResolver::inDryRun)
                .or(() -> release.remote().flatMap(RemoteSpec::inDryRun))
                .orElse(release.server()));
    }

    private static LaunchSpec inDryRun(LaunchSpec launch) {
        Map<String, String> environment = new HashMap<>(launch.environment());
        environment.put(DRY_RUN_VARIABLE, "1");
        return launch.withEnvironment(environment);
    }
}
