package io.weathervane.worker.role;

import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import io.weathervane.worker.routing.RoleAssignment;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.RoleSlot;
import io.weathervane.worker.routing.ToolListGrace;
import io.weathervane.worker.routing.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Builds the view of all workers that tools and health show. */
final class WorkersViewBuilder {
    private final RoleAssignments roles;
    private final ReleaseCatalog releases;
    private final WorkerEventPublisher workerEvents;
    private volatile Supplier<List<String>> more = List::of;
    private final ToolListGrace grace;

    WorkersViewBuilder(
            RoleAssignments roles, ReleaseCatalog releases, WorkerEventPublisher workerEvents, ToolListGrace grace) {
        this.grace = grace;
        this.roles = roles;
        this.releases = releases;
        this.workerEvents = workerEvents;
    }

    void noteAlso(Supplier<List<String>> others) {
        more = others;
    }

    WorkersView view() {
        RoleAssignment assignment = roles.now();
        List<String> toolDrift = toolDrift(assignment);
        List<String> drift = new ArrayList<>(releases.drift(assignment));
        drift.addAll(toolDrift);
        grace.sentence().ifPresent(drift::add);
        List<String> problems = problems(assignment);
        return new WorkersView(
                new WorkersView.ByRole(
                        view(assignment, Role.ACTIVE),
                        view(assignment, Role.CANARY),
                        view(assignment, Role.PREVIOUS),
                        view(assignment, Role.REJECTED)),
                Optional.ofNullable(assignment.previous())
                        .map(slot -> slot.release().label()),
                status(assignment, problems, toolDrift),
                problems,
                drift,
                releases.labels());
    }

    private List<String> toolDrift(RoleAssignment assignment) {
        List<String> drift = new ArrayList<>();
        for (Role role : List.of(Role.ACTIVE, Role.CANARY, Role.PREVIOUS)) {
            RoleSlot slot = assignment.slot(role);
            List<String> changes = slot == null
                    ? List.of()
                    : workerEvents.definitions().changes(slot.release().label());
            if (slot != null && !changes.isEmpty()) {
                drift.add("the tools of the " + role.wireName() + " release "
                        + slot.release().label() + " are not those it was first started with: "
                        + String.join(", ", changes));
            }
        }
        return drift;
    }

    private static Optional<WorkerView> view(RoleAssignment assignment, Role role) {
        return assignment.worker(role).map(worker -> worker.view(role, canaryWeight(assignment, role)));
    }

    private static int canaryWeight(RoleAssignment assignment, Role role) {
        RoleSlot slot = assignment.slot(role);
        return slot != null && slot.alive() ? slot.canaryWeight() : 0;
    }

    private List<String> problems(RoleAssignment assignment) {
        List<String> problems = new ArrayList<>(workerEvents.notes());
        for (Role role : List.of(Role.ACTIVE, Role.CANARY, Role.PREVIOUS)) {
            RoleSlot slot = assignment.slot(role);
            if (slot != null && !slot.alive() && (role == Role.ACTIVE || slot.worker() != null || slot.abandoned())) {
                problems.add(
                        "the " + role.wireName() + " worker " + slot.release().label() + " is not running"
                                + (slot.abandoned() ? " and is not started again by itself" : ""));
            }
            assignment
                    .worker(role)
                    .filter(Worker::alive)
                    .flatMap(worker -> worker.server().notServing())
                    .ifPresent(why -> problems.add("the " + role.wireName() + " worker "
                            + assignment.label(role).orElse("") + " " + why));
        }
        problems.addAll(more.get());
        return problems;
    }

    /** A configuration that names another release than the promoted one is what a promotion leaves, and no problem. */
    private static String status(RoleAssignment assignment, List<String> problems, List<String> toolDrift) {
        RoleSlot active = assignment.active();
        if (active == null) {
            return "idle";
        }
        if (!active.alive()) {
            return "down";
        }
        return problems.isEmpty() && toolDrift.isEmpty() ? "ok" : "degraded";
    }
}
