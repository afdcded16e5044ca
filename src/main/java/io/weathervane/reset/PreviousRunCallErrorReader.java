package io.weathervane.reset;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The calls that failed under the servers before this one. A server says at its end what it knows of them, in its
 * {@code server-stopped}; one that was killed says nothing, and what it saw last is unknown.
 */
final class PreviousRunCallErrorReader {
    /** In {@code server-stopped}: what {@link RecentCallErrorSummary#json} writes. */
    static final String FIELD = "callErrors";

    /** In {@code server-stopped}: the server did not come so far that a call could fail. */
    static final String START_FAILED = "startFailed";

    /** Starts and stops that are looked at; with more failed starts in a row than half of it the time before is unknown. */
    private static final int EVENTS_MAX = 40;

    private static final Set<AuditKind> KINDS =
            Set.of(AuditKind.SERVER_STARTED, AuditKind.SERVER_STOPPED, AuditKind.STATE_LOST);

    private final AuditLog audit;
    private final Instant bornAt;
    private volatile Optional<RecentCallErrorSummary> read = Optional.empty();

    PreviousRunCallErrorReader(AuditLog audit, Clock clock) {
        this.audit = audit;
        this.bornAt = clock.instant();
    }

    /** The moment before which others were in charge. */
    Instant bornAt() {
        return bornAt;
    }

    /**
     * What is known of them; read once, because it changes no more.
     *
     * @throws io.weathervane.store.StoreException when the audit cannot be read
     */
    RecentCallErrorSummary known() {
        if (read.isEmpty()) {
            List<AuditEvent> newest =
                    audit.query(AuditQuery.newest(EVENTS_MAX).ofKinds(KINDS)).events();
            read = Optional.of(
                    of(newest, audit.service(), ProcessHandle.current().pid(), bornAt));
        }
        return read.get();
    }

    /**
     * Reads it from the starts and stops.
     *
     * @param newest the newest first; that of this server may be the first of them
     * @param service the one of several services that it is about
     */
    static RecentCallErrorSummary of(List<AuditEvent> newest, Optional<String> service, long pid, Instant bornAt) {
        RecentCallErrorSummary unknown = RecentCallErrorSummary.unknownUntil(bornAt);
        boolean ownMayCome = true;
        boolean startFailed = false;
        for (AuditEvent event : newest) {
            if (event.kind() == AuditKind.STATE_LOST) {
                return unknown;
            }
            if (event.kind() == AuditKind.SERVER_STOPPED) {
                startFailed = event.payload().path(START_FAILED).asBoolean(false);
                if (!startFailed) {
                    return RecentCallErrorSummary.read(recorded(event.payload(), service))
                            .orElseGet(() -> RecentCallErrorSummary.unknownUntil(event.at()));
                }
            } else {
                boolean own = ownMayCome && event.payload().path("pid").asLong() == pid;
                if (!own && !startFailed) {
                    return unknown;
                }
                startFailed = false;
            }
            ownMayCome = false;
        }
        return newest.size() < EVENTS_MAX ? RecentCallErrorSummary.NONE : unknown;
    }

    /** A server with one service recorded its errors alone; a service that a server did not have recorded nothing. */
    private static JsonNode recorded(ObjectNode payload, Optional<String> service) {
        JsonNode services = payload.path(ResetPreconditions.SERVICES);
        return service.isPresent() && services.isObject()
                ? services.path(service.get()).path(FIELD)
                : payload.path(FIELD);
    }
}
