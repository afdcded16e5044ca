package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An engagement of the kill switch: its time, actor and reason.
 *
 * @param service whose worker it is for, of several; it is kept in the audit, not beside the switch
 */
record EngagementRecord(
        Instant since, Actor actor, String reason, Optional<String> promotionId, Optional<String> service) {
    EngagementRecord(Instant since, Actor actor, String reason, Optional<String> promotionId) {
        this(since, actor, reason, promotionId, Optional.empty());
    }

    /** The kill switch as this mark says, on disk. */
    KillSwitchStatus status() {
        return new KillSwitchStatus(
                true,
                Optional.of(since),
                Optional.of(actor.name()),
                Optional.of(reason),
                /* durable= */ true,
                Optional.empty());
    }

    /** Whether both are the same engagement, of which one may have been read from the database. */
    boolean isSame(EngagementRecord other) {
        return since.equals(other.since) && actor.equals(other.actor) && reason.equals(other.reason);
    }

    /** As the audit has it. */
    NewAuditEvent audited(ObjectNode payload) {
        payload.put("reason", reason).put("since", since.toString());
        NewAuditEvent event =
                new NewAuditEvent(AuditKind.KILL_SWITCH_ACTIVATED, actor, promotionId, Optional.empty(), payload);
        return service.map(event::ofService).orElse(event);
    }
}
