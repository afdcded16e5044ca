package io.weathervane.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts together what is shown of the workers. */
final class Overview {
    private final BlueGreen stage;
    private final Releases releases;
    private final WorkerNews news;

    Overview(BlueGreen stage, Releases releases, WorkerNews news) {
        this.stage = stage;
        this.releases = releases;
        this.news = news;
    }

    WorkersView view() {
        Lineup lineup = stage.now();
        List<String> toolDrift = toolDrift(lineup);
        List<String> drift = new ArrayList<>(releases.drift(lineup));
        drift.addAll(toolDrift);
        List<String> problems = problems(lineup);
        return new WorkersView(
                view(lineup, Role.ACTIVE),
                view(lineup, Role.CANARY),
                view(lineup, Role.PREVIOUS),
                view(lineup, Role.REJECTED),
                Optional.ofNullable(lineup.previous())
                        .map(seat -> seat.release().label()),
                status(lineup, problems, toolDrift),
                problems,
                drift,
                releases.labels());
    }

    private List<String> toolDrift(Lineup lineup) {
        List<String> drift = new ArrayList<>();
        for (Role role : List.of(Role.ACTIVE, Role.CANARY, Role.PREVIOUS)) {
            Seat seat = lineup.seat(role);
            List<String> changes = seat == null
                    ? List.of()
                    : news.definitions().changes(seat.release().label());
            if (seat != null && !changes.isEmpty()) {
                drift.add("the tools of the " + role.wireName() + " release "
                        + seat.release().label() + " are not those it was first started with: "
                        + String.join(", ", changes));
            }
        }
        return drift;
    }

    private static Optional<WorkerView> view(Lineup lineup, Role role) {
        return lineup.worker(role).map(worker -> worker.view(role, weight(lineup, role)));
    }

    private static int weight(Lineup lineup, Role role) {
        Seat seat = lineup.seat(role);
        return seat != null && seat.alive() ? seat.weight() : 0;
    }

    private List<String> problems(Lineup lineup) {
        List<String> problems = new ArrayList<>(news.notes());
        for (Role role : List.of(Role.ACTIVE, Role.CANARY, Role.PREVIOUS)) {
            Seat seat = lineup.seat(role);
            if (seat != null && !seat.alive() && (role == Role.ACTIVE || seat.worker() != null || seat.givenUp())) {
                problems.add(
                        "the " + role.wireName() + " worker " + seat.release().label() + " is not running"
                                + (seat.givenUp() ? " and is not started again by itself" : ""));
            }
        }
        return problems;
    }

    /** A configuration that names another release than the promoted one is what a promotion leaves, and no problem. */
    private static String status(Lineup lineup, List<String> problems, List<String> toolDrift) {
        Seat active = lineup.active();
        if (active == null) {
            return "idle";
        }
        if (!active.alive()) {
            return "down";
        }
        return problems.isEmpty() && toolDrift.isEmpty() ? "ok" : "degraded";
    }
}
