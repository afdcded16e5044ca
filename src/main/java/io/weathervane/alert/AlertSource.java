package io.weathervane.alert;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.store.Database;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Everything that alerts are made from: the audit, and what is on its way to it.
 *
 * @param database that has the audit, and the alerts that are to be sent
 * @param unwritten what has happened and is on its way to the audit by another way than the audit's own
 */
public record AlertSource(Database database, AuditLog audit, Supplier<Optional<DeferredAuditEntry>> unwritten) {
    /** What waits for the audit for longer than this is sent past it. */
    private static final Duration DIRECT_AFTER = Duration.ofSeconds(1);

    /** The alerts about what the audit does not have because the database cannot be written; none while it can. */
    List<Alert> notInAudit(AlertFactory alertFactory) {
        if (!database.deferredWrites().lag().degraded()) {
            return List.of();
        }
        return Stream.concat(audit.waiting(DIRECT_AFTER).stream(), unwritten.get().stream())
                .flatMap(deferred -> alertFactory.of(deferred.event(), deferred.at(), Optional.empty()).stream())
                .toList();
    }
}
