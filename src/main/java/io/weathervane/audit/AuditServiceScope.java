package io.weathervane.audit;

import java.util.List;
import java.util.Optional;

/**
 * Selects the events that are about a service. An event that names no service and no promotion is about the server; one
 * that names a promotion only was recorded while the default service was the only one.
 *
 * @param condition on a row
 * @param values of its parameters
 */
record AuditServiceScope(String condition, List<Object> values) {
    private static final String NAMED = "payload ->> '$." + NewAuditEvent.SERVICE + "'";

    /** All events; with a service those about it, and about the server. */
    static Optional<AuditServiceScope> with(Optional<String> service) {
        return service.map(name -> new AuditServiceScope(
                "coalesce(" + NAMED + ", iif(promotion_id IS NULL, ?, 'default')) = ?", List.of(name, name)));
    }

    /** Those about the service. */
    static Optional<AuditServiceScope> only(String service) {
        return Optional.of(new AuditServiceScope(
                "coalesce(" + NAMED + ", iif(promotion_id IS NULL, NULL, 'default')) = ?", List.of(service)));
    }
}
