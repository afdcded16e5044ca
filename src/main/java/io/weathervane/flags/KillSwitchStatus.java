package io.weathervane.flags;

import java.time.Instant;
import java.util.Optional;

/**
 * Status of the kill switch, with the author and reason of its engagement.
 *
 * @param durable whether the database says the same; false while only this process knows
 * @param notDurableBecause why only this process knows
 */
public record KillSwitchStatus(
        boolean engaged,
        Optional<Instant> since,
        Optional<String> by,
        Optional<String> reason,
        boolean durable,
        Optional<String> notDurableBecause) {}
