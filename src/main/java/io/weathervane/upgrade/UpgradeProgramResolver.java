package io.weathervane.upgrade;

import io.weathervane.worker.CommandFileFinder;
import io.weathervane.worker.CommandFileHashes;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRelease;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out what an upgrade would have run, as things are now. */
final class UpgradeProgramResolver {
    private final UpgradeDependencies dependencies;

    UpgradeProgramResolver(UpgradeDependencies dependencies) {
        this.dependencies = dependencies;
    }

    UpgradeCommandsFingerprint of(Upgrade upgrade) {
        UpgradeRequest request = upgrade.request();
        WorkerRelease release = candidate(upgrade);
        boolean configured = dependencies.config().releases().containsKey(request.canary())
                && Stream.of(request.staging().build(), request.staging().test())
                        .flatMap(Optional::stream)
                        .allMatch(dependencies.config().steps()::containsValue);
        return new UpgradeCommandsFingerprint(
                upgrade,
                ReleaseFingerprint.of(release),
                ReleaseFingerprint.ofDefinition(release).sha256(),
                scripts(request.staging().build()),
                scripts(request.staging().test()),
                configured);
    }

    /** The files that the build or the test names, as they are now. */
    CommandFileHashes scripts(Optional<String> text) {
        return text.map(script -> CommandFileFinder.ofScript(
                        script, dependencies.serverContext().workspace().root()))
                .orElseGet(CommandFileHashes::none);
    }

    /** The release that is to take the active one's place. */
    WorkerRelease candidate(Upgrade upgrade) {
        return CandidateReleaseResolver.of(
                upgrade,
                dependencies.config().releases(),
                dependencies.workers().releaseOf(Role.ACTIVE),
                new UpgradeDirectory(
                        dependencies.serverContext().workspace().upgrades().resolve(upgrade.id())),
                dependencies.serverContext().workspace().root());
    }
}
