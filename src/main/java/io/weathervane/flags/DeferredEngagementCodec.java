package io.weathervane.flags;

import io.weathervane.audit.Actor;
import io.weathervane.store.DeferredRecord;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An engagement of the kill switch on its way to the database. */
final class DeferredEngagementCodec {
    static final String KIND = "engaged";

    private static final JsonMapper JSON = JsonMapper.shared();

    private DeferredEngagementCodec() {}

    static DeferredRecord of(EngagementRecord engagement) {
        ObjectNode json = JSON.createObjectNode()
                .put("since", engagement.since().toString())
                .put("actor", engagement.actor().name())
                .put("reason", engagement.reason());
        engagement.promotionId().ifPresent(id -> json.put("promotionId", id));
        engagement.service().ifPresent(name -> json.put("service", name));
        return new DeferredRecord(KIND, json.toString());
    }

    static EngagementRecord read(String body) {
        JsonNode json = JSON.readTree(body);
        return new EngagementRecord(
                Instant.parse(json.path("since").asString()),
                new Actor(json.path("actor").asString()),
                json.path("reason").asString(),
                text(json, "promotionId"),
                text(json, "service"));
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field).asString("")).filter(value -> !value.isEmpty());
    }
}
