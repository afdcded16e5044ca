package io.weathervane.upgrade;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.shadow.AcceptedToolChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An upgrade as it stands in the database and in its folder. */
final class UpgradeCodec {
    /** The key that rows of upgrades have: renamed, it would be unreadable to the release before. */
    private static final String PROMOTION_MODE = "afterShadow";

    private static final String ACCEPT_CHANGES = "acceptChanges";
    private static final String ALLOW_UNVERIFIED = "allowUnverified";

    private UpgradeCodec() {}

    static ObjectNode object() {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    static ObjectNode of(Upgrade upgrade) {
        ObjectNode json = object().put("id", upgrade.id())
                .put("status", upgrade.status().wireName())
                .put("step", upgrade.step().wireName())
                .put("actor", upgrade.actor())
                .put("from", upgrade.from().orElse(null))
                .put("to", upgrade.to())
                .put("startedAt", upgrade.startedAt().toString())
                .put("weightIndex", upgrade.position().weightIndex())
                .put("stepStartedAt", upgrade.position().since().toString())
                .put("reason", upgrade.reason().orElse(null))
                .put("approver", upgrade.promotion().approver().orElse(null))
                .put("promotionId", upgrade.promotionId().orElse(null))
                .put("endedAt", upgrade.endedAt().map(Instant::toString).orElse(null));
        if (upgrade.comparedNothing()) {
            json.put("unverified", true);
        }
        upgrade.advice().forEach(line -> json.withArray("advice").add(line));
        upgrade.outcome().ifPresent(outcome -> json.put("outcome", outcome.wireName()));
        json.set("request", request(upgrade.request()));
        json.set("steps", steps(upgrade));
        upgrade.unwrittenRecords().forEach(json.putArray("unwrittenRecords")::add);
        return json;
    }

    private static ObjectNode request(UpgradeRequest request) {
        ObjectNode json = object().put("id", request.id().orElse(null))
                .put("canary", request.canary())
                .put(PROMOTION_MODE, request.promotionMode().name())
                .put("build", request.staging().build().orElse(null))
                .put("test", request.staging().test().orElse(null))
                .put("stepMs", request.ramp().stepTime().toMillis())
                .put("allowDirty", request.staging().allowDirty())
                .put("keepStaging", request.staging().keepFolder());
        request.ramp().weights().forEach(json.putArray("weights")::add);
        addComparison(json, request);
        return json;
    }

    /** Adds what the request lets pass, if anything. */
    static void addComparison(ObjectNode json, UpgradeRequest request) {
        request.acceptedChanges()
                .forEach(change -> json.withArray(ACCEPT_CHANGES).add(change));
        if (request.comparison().allowUnverified()) {
            json.put(ALLOW_UNVERIFIED, true);
        }
    }

    static ArrayNode steps(Upgrade upgrade) {
        ArrayNode steps = JsonRpcCodec.JSON.createArrayNode();
        for (StepRecord step : upgrade.steps()) {
            ObjectNode json = steps.addObject().put("step", step.step().wireName());
            step.weight().ifPresent(percent -> json.put("weight", percent));
            json.put("passed", step.passed())
                    .put("detail", step.detail())
                    .put("startedAt", step.startedAt().toString())
                    .put("endedAt", step.endedAt().toString());
        }
        return steps;
    }

    /** @throws IllegalArgumentException or another runtime exception when it is none of ours */
    static Upgrade read(JsonNode json) {
        return new Upgrade(
                new Upgrade.Plan(
                        json.path("id").asString(""),
                        readRequest(json.path("request")),
                        json.path("actor").asString(""),
                        text(json, "from"),
                        json.path("to").asString(""),
                        instant(json, "startedAt")),
                new Upgrade.Position(
                        UpgradeState.of(json.path("status").asString("")).orElseThrow(),
                        UpgradeStepKind.of(json.path("step").asString("")).orElseThrow(),
                        json.path("weightIndex").asInt(0),
                        instant(json, "stepStartedAt")),
                json.path("steps").valueStream().map(UpgradeCodec::readStep).toList(),
                new Upgrade.Promotion(
                        text(json, "approver"),
                        text(json, "promotionId"),
                        text(json, "outcome").flatMap(WatchOutcome::of),
                        json.path("unverified").asBoolean(false)),
                text(json, "endedAt")
                        .map(Instant::parse)
                        .map(at -> new Upgrade.End(text(json, "reason").orElse(""), at, texts(json.path("advice")))),
                texts(json.has("missing") ? json.path("missing") : json.path("unwrittenRecords"))); // older records
    }

    private static UpgradeRequest readRequest(JsonNode json) {
        List<Integer> weights = new ArrayList<>();
        json.path("weights").forEach(weight -> weights.add(weight.asInt(0)));
        return new UpgradeRequest(
                text(json, "id"),
                json.path("canary").asString(""),
                PromotionMode.valueOf(json.path(PROMOTION_MODE).asString("")),
                new UpgradeRequest.Staging(
                        text(json, "build"),
                        text(json, "test"),
                        json.path("allowDirty").asBoolean(false),
                        json.path("keepStaging").asBoolean(false)),
                new UpgradeRequest.Ramp(
                        weights, Duration.ofMillis(json.path("stepMs").asLong(0))),
                new UpgradeRequest.Comparison(
                        json.path(ACCEPT_CHANGES)
                                .valueStream()
                                .map(change -> AcceptedToolChange.parse(change.asString(""))
                                        .orElseThrow())
                                .toList(),
                        json.path(ALLOW_UNVERIFIED).asBoolean(false)));
    }

    private static StepRecord readStep(JsonNode json) {
        return new StepRecord(
                UpgradeStepKind.of(json.path("step").asString("")).orElseThrow(),
                json.path("weight").isIntegralNumber()
                        ? Optional.of(json.path("weight").asInt(0))
                        : Optional.empty(),
                json.path("passed").asBoolean(false),
                json.path("detail").asString(""),
                instant(json, "startedAt"),
                instant(json, "endedAt"));
    }

    private static Instant instant(JsonNode json, String name) {
        return Instant.parse(json.path(name).asString(""));
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.ofNullable(json.get(name)).filter(JsonNode::isString).map(JsonNode::stringValue);
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
