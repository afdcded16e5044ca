package io.weathervane.worker;

import java.util.List;
import java.util.Optional;

/**
 * All workers at one moment.
 *
 * @param previousLabel the release a rollback goes back to, also while its process is not running
 * @param status {@code ok}, {@code degraded} (it works, something is not as it should be) or {@code down}
 * @param notes what is not as it should be, a sentence each
 * @param drift where the database's record and the configuration differ, a sentence each
 * @param releases the labels of the configuration
 */
public record WorkersView(
        ByRole byRole,
        Optional<String> previousLabel,
        String status,
        List<String> notes,
        List<String> drift,
        List<String> releases) {
    /**
     * The worker of each role, if there is one.
     *
     * @param rejected the one that a rollback replaced, until its calls in flight are done
     */
    public record ByRole(
            Optional<WorkerView> active,
            Optional<WorkerView> canary,
            Optional<WorkerView> previous,
            Optional<WorkerView> rejected) {}

    public WorkersView {
        notes = List.copyOf(notes);
        drift = List.copyOf(drift);
        releases = List.copyOf(releases);
    }

    public Optional<WorkerView> active() {
        return byRole.active();
    }

    public Optional<WorkerView> canary() {
        return byRole.canary();
    }

    public Optional<WorkerView> previous() {
        return byRole.previous();
    }

    public Optional<WorkerView> rejected() {
        return byRole.rejected();
    }
}
