package io.weathervane.worker.routing;

import io.weathervane.worker.Role;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Workers by role at one moment. A switch replaces the whole record. */
public record RoleAssignment(
        @Nullable RoleSlot active,
        @Nullable RoleSlot canary,
        @Nullable RoleSlot previous,
        @Nullable RoleSlot rejected) {
    static final RoleAssignment EMPTY = new RoleAssignment(null, null, null, null);

    @Nullable
    public RoleSlot slot(Role role) {
        return switch (role) {
            case ACTIVE -> active;
            case CANARY -> canary;
            case PREVIOUS -> previous;
            case REJECTED -> rejected;
        };
    }

    public RoleAssignment with(Role role, @Nullable RoleSlot slot) {
        return switch (role) {
            case ACTIVE -> new RoleAssignment(slot, canary, previous, rejected);
            case CANARY -> new RoleAssignment(active, slot, previous, rejected);
            case PREVIOUS -> new RoleAssignment(active, canary, slot, rejected);
            case REJECTED -> new RoleAssignment(active, canary, previous, slot);
        };
    }

    /** The canary answers the calls, the worker it replaced is kept. */
    public RoleAssignment promoted() {
        RoleSlot promoted = canary == null ? null : canary.withCanaryWeight(0);
        return new RoleAssignment(/* active= */ promoted, /* canary= */ null, /* previous= */ active, rejected);
    }

    /** The previous worker answers the calls again; the one that it replaces is rejected. */
    public RoleAssignment rolledBack() {
        return new RoleAssignment(/* active= */ previous, canary, /* previous= */ null, /* rejected= */ active);
    }

    public Optional<Role> roleOf(Worker worker) {
        return Stream.of(Role.values()).filter(role -> holds(role, worker)).findFirst();
    }

    /** The role that the release of this label has, the active one first. */
    public Optional<Role> roleOf(String label) {
        return Stream.of(Role.values())
                .filter(role -> label(role).filter(label::equals).isPresent())
                .findFirst();
    }

    /** The label of the release that has this role. */
    public Optional<String> label(Role role) {
        return Optional.ofNullable(slot(role)).map(slot -> slot.release().label());
    }

    /** The labels of all releases that have a role. */
    public Set<String> labels() {
        return Stream.of(Role.values()).flatMap(role -> label(role).stream()).collect(Collectors.toUnmodifiableSet());
    }

    public boolean holds(Role role, @Nullable Worker worker) {
        RoleSlot slot = slot(role);
        return slot != null && slot.worker() == worker;
    }

    public Optional<Worker> worker(Role role) {
        RoleSlot slot = slot(role);
        return slot == null ? Optional.empty() : Optional.ofNullable(slot.worker());
    }
}
