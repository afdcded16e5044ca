package io.weathervane.worker.routing;

import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerCallException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the worker with the role or label that a caller names; the error lists the workers that there are. */
final class NamedWorkerFinder {
    /** A worker that changes hands between being found and being leased is looked up so often. */
    private static final int LOOKS_MAX = 10;

    /** As much of what a caller asked for is repeated to it. */
    private static final int PIN_SHOWN_MAX = 100;

    private static final Role[] CALLABLE = {Role.ACTIVE, Role.CANARY, Role.PREVIOUS};

    private final RoleAssignments roles;

    NamedWorkerFinder(RoleAssignments roles) {
        this.roles = roles;
    }

    /** The worker asked for by role or label, under a lease. */
    LeasedWorker lease(String requestedWorker) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            RoleAssignment assignment = roles.now();
            Role role = roleOf(requestedWorker, assignment)
                    .orElseThrow(() -> none("no worker " + shortened(requestedWorker) + " is there", assignment));
            Optional<LeasedWorker> leased = assignment.worker(role).flatMap(worker -> LeasedWorker.of(worker, role));
            if (leased.isPresent()) {
                return leased.get();
            }
            if (roles.now().equals(assignment)) {
                throw none("the " + role.wireName() + " worker is not running", assignment);
            }
        }
        throw none("the workers are changing", roles.now());
    }

    /** The worker in this role, under a lease. */
    LeasedWorker lease(Role role) {
        RoleAssignment assignment = roles.now();
        return assignment
                .worker(role)
                .flatMap(worker -> LeasedWorker.of(worker, role))
                .orElseThrow(() -> none("there is no " + role.wireName() + " worker running", assignment));
    }

    private static Optional<Role> roleOf(String requestedWorker, RoleAssignment assignment) {
        return Role.askedFor(
                requestedWorker,
                role -> Optional.ofNullable(assignment.slot(role))
                        .map(slot -> slot.release().label()));
    }

    private static String shortened(String requestedWorker) {
        return requestedWorker.length() <= PIN_SHOWN_MAX
                ? requestedWorker
                : requestedWorker.substring(0, PIN_SHOWN_MAX) + "...";
    }

    private static WorkerCallException none(String why, RoleAssignment assignment) {
        String there = Stream.of(CALLABLE)
                .flatMap(role -> Optional.ofNullable(assignment.slot(role)).map(slot -> describe(role, slot)).stream())
                .collect(Collectors.joining(", "));
        return new WorkerCallException(
                WorkerCallException.Kind.NONE_ACTIVE, why + "; there is " + (there.isEmpty() ? "none" : there) + ".");
    }

    private static String describe(Role role, RoleSlot slot) {
        return role.wireName() + " " + slot.release().label() + (slot.alive() ? "" : " (not running)");
    }
}
