package io.weathervane.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * Delivery status of one receiver.
 *
 * @param abandoned alerts that it refused for good
 * @param oldestPending when the oldest alert that it has not got was raised
 * @param lastError why the last try of a pending or abandoned alert failed
 */
public record WebhookSinkStatus(
        String name,
        long pending,
        long delivered,
        long abandoned,
        Optional<Instant> oldestPending,
        Optional<String> lastError) {}
