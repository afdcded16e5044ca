package io.weathervane.block;

import io.weathervane.store.DeferredRecord;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A block on its way to the database. */
final class DeferredBlockCodec {
    static final String KIND = "calls-blocked";

    private static final JsonMapper JSON = JsonMapper.shared();

    private DeferredBlockCodec() {}

    static DeferredRecord of(CallBlock block) {
        return new DeferredRecord(
                KIND,
                JSON.createObjectNode()
                        .put("scope", block.scope().text())
                        .put("reason", block.reason())
                        .put("actor", block.actor())
                        .put("at", block.at().toString())
                        .toString());
    }

    static CallBlock read(String body) {
        JsonNode json = JSON.readTree(body);
        return new CallBlock(
                BlockScope.ofRow(json.path("scope").asString()),
                json.path("reason").asString(),
                json.path("actor").asString(),
                Instant.parse(json.path("at").asString()));
    }
}
