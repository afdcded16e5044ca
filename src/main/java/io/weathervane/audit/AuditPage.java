package io.weathervane.audit;

import java.util.List;
import java.util.Optional;

/**
 * Some events, newest first.
 *
 * @param nextCursor asks for the events before these, when there are any
 */
public record AuditPage(List<AuditEvent> events, Optional<String> nextCursor) {
    public AuditPage {
        events = List.copyOf(events);
    }
}
