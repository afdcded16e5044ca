package io.weathervane.upgrade;

import io.weathervane.audit.Actor;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerView;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;

/** Makes an upgrade of a request: the commands that it names, its id, its canary. Nothing changes. */
record UpgradePlanner(UpgradeDependencies dependencies, UpgradeStore store) {
    /**
     * The request with the configured commands in the place of their names.
     *
     * @param suppliesCommands whether the caller may give commands as text
     * @throws UpgradeRefusedException when it may not and does
     */
    UpgradeRequest resolved(UpgradeRequest request, boolean suppliesCommands) {
        UpgradeConfig config = dependencies.config();
        return new ConfiguredCommands(config.releases().keySet(), config.steps()).resolve(request, suppliesCommands);
    }

    /** The upgrade that the request comes to now; until one has begun, the same request comes to the same id. */
    Upgrade planned(UpgradeRequest request, Actor actor) {
        String id = request.id().orElseGet(this::nextId);
        Map<String, WorkerRelease> releases = dependencies.config().releases();
        boolean named = releases.containsKey(request.canary());
        if (!named) {
            CommandLineSplitter.of(request.canary());
            if (releases.containsKey(id)) {
                throw new UpgradeRefusedException("id: " + id + " is the name of a release in the configuration");
            }
        }
        if (request.id().isPresent() && isUsed(id)) {
            throw new UpgradeRefusedException("id: there was an upgrade " + id + " already; take another id");
        }
        Optional<String> from = dependencies.workers().view().active().map(WorkerView::label);
        return Upgrade.begin(
                id,
                request,
                actor.name(),
                from,
                CandidateReleaseResolver.label(request, id, releases),
                dependencies.serverContext().clock().instant());
    }

    /** An approver who is asked about an upgrade twice is so asked about the same. */
    private String nextId() {
        long number = store.nextNumber();
        while (isUsed("u-" + number)) {
            number++;
        }
        return "u-" + number;
    }

    private boolean isUsed(String id) {
        return store.find(id).isPresent()
                || Files.exists(
                        dependencies.serverContext().workspace().upgrades().resolve(id));
    }
}
