package io.weathervane.worker;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds a worker by the role or label that a caller asks for, and says clearly when there is none. */
final class Roster {
    /** A worker that changes hands between being found and being leased is looked up so often. */
    private static final int LOOKS_MAX = 10;

    /** As much of what a caller asked for is repeated to it. */
    private static final int PIN_SHOWN_MAX = 100;

    private static final Role[] CALLABLE = {Role.ACTIVE, Role.CANARY, Role.PREVIOUS};

    private final BlueGreen stage;

    Roster(BlueGreen stage) {
        this.stage = stage;
    }

    /** The worker asked for by role or label, under a lease. */
    LeasedWorker lease(String pin) {
        for (int look = 0; look < LOOKS_MAX; look++) {
            Lineup lineup = stage.now();
            Role role =
                    roleOf(pin, lineup).orElseThrow(() -> none("no worker " + shortened(pin) + " is there", lineup));
            Optional<LeasedWorker> leased = lineup.worker(role).flatMap(worker -> LeasedWorker.of(worker, role));
            if (leased.isPresent()) {
                return leased.get();
            }
            if (stage.now().equals(lineup)) {
                throw none("the " + role.wireName() + " worker is not running", lineup);
            }
        }
        throw none("the workers are changing", stage.now());
    }

    /** The worker in this role, under a lease. */
    LeasedWorker lease(Role role) {
        Lineup lineup = stage.now();
        return lineup.worker(role)
                .flatMap(worker -> LeasedWorker.of(worker, role))
                .orElseThrow(() -> none("there is no " + role.wireName() + " worker running", lineup));
    }

    private static Optional<Role> roleOf(String pin, Lineup lineup) {
        Optional<Role> named = Stream.of(CALLABLE)
                .filter(role -> lineup.seat(role) != null && role.wireName().equals(pin))
                .findFirst();
        return named.or(() -> Stream.of(CALLABLE)
                .filter(role -> isLabelOf(lineup.seat(role), pin))
                .findFirst());
    }

    private static String shortened(String pin) {
        return pin.length() <= PIN_SHOWN_MAX ? pin : pin.substring(0, PIN_SHOWN_MAX) + "...";
    }

    private static boolean isLabelOf(@Nullable Seat seat, String label) {
        return seat != null && seat.release().label().equals(label);
    }

    private static WorkerCallException none(String why, Lineup lineup) {
        String there = Stream.of(CALLABLE)
                .flatMap(role -> Optional.ofNullable(lineup.seat(role)).map(seat -> describe(role, seat)).stream())
                .collect(Collectors.joining(", "));
        return new WorkerCallException(
                WorkerCallException.Kind.NONE_ACTIVE, why + "; there is " + (there.isEmpty() ? "none" : there) + ".");
    }

    private static String describe(Role role, Seat seat) {
        return role.wireName() + " " + seat.release().label() + (seat.alive() ? "" : " (not running)");
    }
}
