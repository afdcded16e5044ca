package io.weathervane.event;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened.
 *
 * @param details plain values (strings, numbers, booleans, lists and maps of them), never secrets
 */
public record Event(EventType type, Instant at, Map<String, Object> details) {
    public Event {
        details = Map.copyOf(details);
    }
}
