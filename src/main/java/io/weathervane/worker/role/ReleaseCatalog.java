package io.weathervane.worker.role;

import io.weathervane.util.NearestWord;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkersConfig;
import io.weathervane.worker.routing.RoleAssignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The releases that there are: the configuration's, and those that the database recorded for a role. */
final class ReleaseCatalog {
    private volatile Configured configured;
    private final ReleaseStore store;
    private final WorkerEventPublisher workerEvents;

    /** The releases as the configuration has them. */
    private record Configured(Map<String, WorkerRelease> releases, Optional<String> initial) {
        static Configured by(WorkersConfig config) {
            return new Configured(Map.copyOf(config.releases()), config.initial());
        }
    }

    ReleaseCatalog(WorkersConfig config, ReleaseStore store, WorkerEventPublisher workerEvents) {
        this.configured = Configured.by(config);
        this.store = store;
        this.workerEvents = workerEvents;
    }

    /** Takes the releases of a configuration that was read again; workers that run are not touched. */
    void replace(WorkersConfig config) {
        configured = Configured.by(config);
    }

    /** The release that had this role when the record was written last. */
    Optional<WorkerRelease> recorded(Role role) {
        Optional<ReleaseStore.Recorded> recorded = store.find(role);
        if (recorded.isPresent() && recorded.get().release().isEmpty()) {
            String label = recorded.get().label();
            workerEvents.note(
                    "record-" + role,
                    "the database's record of release " + label + " cannot be read;" + " the configuration's is used");
            return Optional.ofNullable(configured.releases().get(label));
        }
        return recorded.flatMap(ReleaseStore.Recorded::release);
    }

    /** What is active at the very first start. */
    Optional<WorkerRelease> initial() {
        return configured.initial().map(this::get);
    }

    /** @throws WorkerActionRefusedException when the configuration has no such release */
    WorkerRelease get(String label) {
        Map<String, WorkerRelease> releases = configured.releases();
        WorkerRelease release = releases.get(label);
        if (release == null) {
            throw unknown(label, releases);
        }
        return release;
    }

    private WorkerActionRefusedException unknown(String label, Map<String, WorkerRelease> releases) {
        String nearest = NearestWord.to(label, releases.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        return new WorkerActionRefusedException("there is no worker release " + label + " in the configuration"
                + nearest + " (known: " + String.join(", ", new TreeMap<>(releases).keySet()) + ")");
    }

    List<String> labels() {
        return List.copyOf(new TreeMap<>(configured.releases()).keySet());
    }

    /** Where the workers differ from the configuration. */
    List<String> drift(RoleAssignment assignment) {
        Configured now = configured;
        return ConfigurationDrift.between(assignment, now.releases(), now.initial());
    }
}
