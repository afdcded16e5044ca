package io.weathervane.audit;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event of the audit: what was recorded, and its place in the chain.
 *
 * @param seq its place in the chain, from 1
 * @param at to the millisecond
 * @param recorded what it says, as it was handed over
 * @param previousHash the hash of the event before it
 * @param hash over all of the above, the payload as the text that is stored
 */
public record AuditEvent(long seq, Instant at, NewAuditEvent recorded, String previousHash, String hash) {
    public AuditKind kind() {
        return recorded.kind();
    }

    public Actor actor() {
        return recorded.actor();
    }

    /** The promotion it belongs to. */
    public Optional<String> promotionId() {
        return recorded.promotionId();
    }

    /** For a decision, its action: {@code rollback}. */
    public Optional<String> decision() {
        return recorded.decision();
    }

    /** Everything else. */
    public ObjectNode payload() {
        return recorded.payload();
    }
}
