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
public record NewAuditEvent(
        AuditKind kind, Actor actor, Optional<String> promotionId, Optional<String> decision, ObjectNode payload) {
    public static NewAuditEvent of(AuditKind kind, Actor actor, ObjectNode payload) {
        return new NewAuditEvent(kind, actor, Optional.empty(), Optional.empty(), payload);
    }

    public static NewAuditEvent forPromotion(AuditKind kind, Actor actor, String promotionId, ObjectNode payload) {
        return new NewAuditEvent(kind, actor, Optional.of(promotionId), Optional.empty(), payload);
    }

    public NewAuditEvent withDecision(String action) {
        return new NewAuditEvent(kind, actor, promotionId, Optional.of(action), payload);
    }
}
