package io.weathervane.alert;

import java.time.Instant;

/**
 * The newest try of one alert at one sink.
 *
 * @param tries so far, this one included
 * @param at when it is due again, or was abandoned
 * @param why the try failed
 */
record DeliveryAttempt(State state, int tries, Instant at, String why) {
    /** State of a delivery. */
    enum State {
        PENDING("pending"),
        DELIVERED("delivered"),
        ABANDONED("given-up");

        private final String wireName;

        State(String wireName) {
            this.wireName = wireName;
        }

        /** As it stands in the outbox. */
        String wireName() {
            return wireName;
        }
    }
}
