package io.weathervane.audit;

import io.weathervane.store.DeferredRecord;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An entry on its way into the chain. */
public record DeferredAuditEntry(NewAuditEvent event, Instant at) {
    static final String KIND = "audit";

    DeferredRecord record() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("at", at.toEpochMilli())
                .put("kind", event.kind().wireName())
                .put("actor", event.actor().name());
        event.promotionId().ifPresent(id -> json.put("promotionId", id));
        event.decision().ifPresent(action -> json.put("decision", action));
        json.put("payload", AuditPayloadJson.write(event.payload()));
        return new DeferredRecord(KIND, AuditPayloadJson.MAPPER.writeValueAsString(json));
    }

    static DeferredAuditEntry read(String body) {
        ObjectNode json = AuditPayloadJson.read(body);
        AuditKind kind = AuditKind.of(json.path("kind").asString())
                .orElseThrow(() -> new IllegalArgumentException("an entry of a kind unknown to this release"));
        return new DeferredAuditEntry(
                new NewAuditEvent(
                        kind,
                        new Actor(json.path("actor").asString()),
                        text(json, "promotionId"),
                        text(json, "decision"),
                        AuditPayloadJson.read(json.path("payload").asString())),
                Instant.ofEpochMilli(json.path("at").asLong()));
    }

    private static Optional<String> text(JsonNode json, String name) {
        return json.path(name).isString() ? Optional.of(json.path(name).asString()) : Optional.empty();
    }
}
