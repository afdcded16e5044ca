package io.weathervane.worker;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Role of a worker; each role has at most one worker. */
public enum Role {
    /** Answers the calls. */
    ACTIVE,
    /** Started to be compared and promoted. */
    CANARY,
    /** Was active before the last promotion; kept warm to go back to. */
    PREVIOUS,
    /** Was replaced by a rollback; ends when its calls in flight are done. */
    REJECTED;

    /** Roles whose worker a call may ask for, the active one first. */
    private static final List<Role> ASKED_FOR = List.of(ACTIVE, CANARY, PREVIOUS);

    /**
     * The role that a call means by the worker it asks for: a role that has a worker before the label of one, the active
     * worker first.
     *
     * @param labelOf label of the role's worker; empty when the role has none
     */
    public static Optional<Role> askedFor(String worker, Function<Role, Optional<String>> labelOf) {
        return ASKED_FOR.stream()
                .filter(role ->
                        role.wireName().equals(worker) && labelOf.apply(role).isPresent())
                .findFirst()
                .or(() -> ASKED_FOR.stream()
                        .filter(role ->
                                labelOf.apply(role).filter(worker::equals).isPresent())
                        .findFirst());
    }

    /** The name in files, events and the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
