package io.weathervane.worker.role;

import io.weathervane.util.NearestWord;
import io.weathervane.worker.ReleaseStore;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.routing.RoleAssignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The releases that there are: the configuration's, and those that the database recorded for a role. */
final class ReleaseCatalog {
    private final Map<String, WorkerRelease> configured;
    private final Optional<String> initial;
    private final ReleaseStore store;
    private final WorkerEventPublisher workerEvents;

    ReleaseCatalog(
            Map<String, WorkerRelease> configured,
            Optional<String> initial,
            ReleaseStore store,
            WorkerEventPublisher workerEvents) {
        this.configured = Map.copyOf(configured);
        this.initial = initial;
        this.store = store;
        this.workerEvents = workerEvents;
    }

    /** The release that had this role when the record was written last. */
    Optional<WorkerRelease> recorded(Role role) {
        Optional<ReleaseStore.Recorded> recorded = store.find(role);
        if (recorded.isPresent() && recorded.get().release().isEmpty()) {
            String label = recorded.get().label();
            workerEvents.note(
                    "record-" + role,
                    "the database's record of release " + label + " cannot be read;" + " the configuration's is used");
            return Optional.ofNullable(configured.get(label));
        }
        return recorded.flatMap(ReleaseStore.Recorded::release);
    }

    /** What is active at the very first start. */
    Optional<WorkerRelease> initial() {
        return initial.map(this::get);
    }

    /** @throws WorkerActionRefusedException when the configuration has no such release */
    WorkerRelease get(String label) {
        WorkerRelease release = configured.get(label);
        if (release == null) {
            throw unknown(label);
        }
        return release;
    }

    private WorkerActionRefusedException unknown(String label) {
        String nearest = NearestWord.to(label, configured.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        return new WorkerActionRefusedException("there is no worker release " + label + " in the configuration"
                + nearest + " (known: " + String.join(", ", new TreeMap<>(configured).keySet()) + ")");
    }

    List<String> labels() {
        return List.copyOf(new TreeMap<>(configured).keySet());
    }

    /** Where the workers differ from the configuration. */
    List<String> drift(RoleAssignment assignment) {
        return ConfigurationDrift.between(assignment, configured, initial);
    }
}
