package io.weathervane.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Newest delivery attempts of one sink as its own thread knows them: the database may not have them yet, and an alert
 * must not be sent again because of that.
 */
final class DeliveryAttemptCache {
    /** Alerts remembered; beyond it the oldest is forgotten, and at worst sent twice under one id. */
    private static final int REMEMBERED_MAX = 2_000;

    private final Map<String, DeliveryAttempt> newest = new LinkedHashMap<>();

    void failed(PendingAlert alert, Instant next, String why) {
        remember(alert.id(), new DeliveryAttempt(DeliveryAttempt.State.PENDING, alert.tries() + 1, next, why));
    }

    void delivered(PendingAlert alert) {
        remember(
                alert.id(), new DeliveryAttempt(DeliveryAttempt.State.DELIVERED, alert.tries() + 1, Instant.EPOCH, ""));
    }

    void abandoned(PendingAlert alert, Instant at, String why) {
        remember(alert.id(), new DeliveryAttempt(DeliveryAttempt.State.ABANDONED, alert.tries() + 1, at, why));
    }

    Optional<DeliveryAttempt> of(String id) {
        return Optional.ofNullable(newest.get(id));
    }

    /** Delivered, or abandoned: not to be tried again. */
    boolean isSettled(String id) {
        return of(id).filter(one -> one.state() != DeliveryAttempt.State.PENDING)
                .isPresent();
    }

    /** When this one is due, if that is known better here. */
    Optional<Instant> nextTry(String id) {
        return of(id).filter(one -> one.state() == DeliveryAttempt.State.PENDING)
                .map(DeliveryAttempt::at);
    }

    int triesOf(PendingAlert alert) {
        return of(alert.id()).map(one -> Math.max(one.tries(), alert.tries())).orElse(alert.tries());
    }

    /** Why the newest try failed of an alert that is still to be delivered. */
    Optional<String> failing() {
        return newest.values().stream()
                .filter(one -> one.state() == DeliveryAttempt.State.PENDING)
                .reduce((older, newer) -> newer)
                .map(DeliveryAttempt::why);
    }

    int size() {
        return newest.size();
    }

    private void remember(String id, DeliveryAttempt attempt) {
        newest.remove(id);
        newest.put(id, attempt);
        while (newest.size() > REMEMBERED_MAX) {
            newest.remove(newest.keySet().iterator().next());
        }
    }
}
