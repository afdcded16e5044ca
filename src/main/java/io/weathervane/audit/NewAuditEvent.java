package io.weathervane.audit;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content of an event: what is recorded, without its time and its place in the chain.
 *
 * @param promotionId the promotion it belongs to
 * @param decision for a decision, its action: {@code rollback}
 * @param payload everything else, for a decision its inputs too
 */
public record NewAuditEvent(
        AuditKind kind, Actor actor, Optional<String> promotionId, Optional<String> decision, ObjectNode payload) {
    /** The field of the payload that names the service. */
    static final String SERVICE = "service";

    public static NewAuditEvent of(AuditKind kind, Actor actor, ObjectNode payload) {
        return new NewAuditEvent(kind, actor, Optional.empty(), Optional.empty(), payload);
    }

    public static NewAuditEvent forPromotion(AuditKind kind, Actor actor, String promotionId, ObjectNode payload) {
        return new NewAuditEvent(kind, actor, Optional.of(promotionId), Optional.empty(), payload);
    }

    /** The same with the name of the service that it is about, where a server has several. */
    public NewAuditEvent ofService(String service) {
        return new NewAuditEvent(
                kind, actor, promotionId, decision, payload.deepCopy().put(SERVICE, service));
    }

    /** The service that it is about, where a server has several. */
    public Optional<String> service() {
        return Optional.ofNullable(payload.path(SERVICE).asString(null));
    }

    public NewAuditEvent withDecision(String action) {
        return new NewAuditEvent(kind, actor, promotionId, Optional.of(action), payload);
    }
}
