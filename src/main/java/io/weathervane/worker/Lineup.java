package io.weathervane.worker;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who has which role at one moment; a switch replaces the whole of it. */
record Lineup(
        @Nullable Seat active,
        @Nullable Seat canary,
        @Nullable Seat previous,
        @Nullable Seat rejected) {
    static final Lineup EMPTY = new Lineup(null, null, null, null);

    @Nullable
    Seat seat(Role role) {
        return switch (role) {
            case ACTIVE -> active;
            case CANARY -> canary;
            case PREVIOUS -> previous;
            case REJECTED -> rejected;
        };
    }

    Lineup with(Role role, @Nullable Seat seat) {
        return switch (role) {
            case ACTIVE -> new Lineup(seat, canary, previous, rejected);
            case CANARY -> new Lineup(active, seat, previous, rejected);
            case PREVIOUS -> new Lineup(active, canary, seat, rejected);
            case REJECTED -> new Lineup(active, canary, previous, seat);
        };
    }

    /** The canary answers the calls, the worker it replaced is kept. */
    Lineup promoted() {
        Seat promoted = canary == null ? null : canary.weighing(0);
        return new Lineup(/* active= */ promoted, /* canary= */ null, /* previous= */ active, rejected);
    }

    /** The previous worker answers the calls again, the one it replaced is done for. */
    Lineup rolledBack() {
        return new Lineup(/* active= */ previous, canary, /* previous= */ null, /* rejected= */ active);
    }

    Optional<Role> roleOf(Worker worker) {
        return Stream.of(Role.values()).filter(role -> holds(role, worker)).findFirst();
    }

    boolean holds(Role role, @Nullable Worker worker) {
        Seat seat = seat(role);
        return seat != null && seat.worker() == worker;
    }

    Optional<Worker> worker(Role role) {
        Seat seat = seat(role);
        return seat == null ? Optional.empty() : Optional.ofNullable(seat.worker());
    }
}
