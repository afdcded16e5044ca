package io.weathervane.audit;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is to be recorded.
 *
 * @param promotionId the promotion it belongs to
 * @param decision for a decision, its action: {@code rollback}
 * @param payload everything else, for a decision its inputs too
 */
public record AuditEntry(
        AuditKind kind, Actor actor, Optional<String> promotionId, Optional<String> decision, ObjectNode payload) {
    public static AuditEntry of(AuditKind kind, Actor actor, ObjectNode payload) {
        return new AuditEntry(kind, actor, Optional.empty(), Optional.empty(), payload);
    }

    public static AuditEntry forPromotion(AuditKind kind, Actor actor, String promotionId, ObjectNode payload) {
        return new AuditEntry(kind, actor, Optional.of(promotionId), Optional.empty(), payload);
    }

    public AuditEntry withDecision(String action) {
        return new AuditEntry(kind, actor, promotionId, Optional.of(action), payload);
    }
}
