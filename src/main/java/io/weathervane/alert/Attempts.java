package io.weathervane.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of the newest tries of one sink, as its own thread knows it: the database may not have it yet, and an alert
 * must not be sent again because of that.
 */
final class Attempts {
    /** Alerts remembered; beyond it the oldest is forgotten, and at worst sent twice under one id. */
    private static final int REMEMBERED_MAX = 2_000;

    private final Map<String, Attempt> newest = new LinkedHashMap<>();

    private record Attempt(int tries, Optional<Instant> next) {}

    void failed(PendingAlert alert, Instant next) {
        remember(alert.id(), new Attempt(alert.tries() + 1, Optional.of(next)));
    }

    /** Delivered, or given up: not to be tried again. */
    void settled(PendingAlert alert) {
        remember(alert.id(), new Attempt(alert.tries() + 1, Optional.empty()));
    }

    boolean isSettled(String id) {
        return Optional.ofNullable(newest.get(id))
                .filter(one -> one.next().isEmpty())
                .isPresent();
    }

    /** When this one is due, if that is known better here. */
    Optional<Instant> nextTry(String id) {
        return Optional.ofNullable(newest.get(id)).flatMap(Attempt::next);
    }

    int triesOf(PendingAlert alert) {
        return Optional.ofNullable(newest.get(alert.id()))
                .map(one -> Math.max(one.tries(), alert.tries()))
                .orElse(alert.tries());
    }

    int size() {
        return newest.size();
    }

    private void remember(String id, Attempt attempt) {
        newest.remove(id);
        newest.put(id, attempt);
        while (newest.size() > REMEMBERED_MAX) {
            newest.remove(newest.keySet().iterator().next());
        }
    }
}
