package io.weathervane.audit;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was recorded.
 *
 * @param seq its place in the chain, from 1
 * @param at to the millisecond
 * @param previousHash the hash of the event before it
 * @param hash over all of the above, the payload as the text that is stored
 */
public record AuditEvent(
        long seq,
        Instant at,
        AuditKind kind,
        Actor actor,
        Optional<String> promotionId,
        Optional<String> decision,
        ObjectNode payload,
        String previousHash,
        String hash) {}
