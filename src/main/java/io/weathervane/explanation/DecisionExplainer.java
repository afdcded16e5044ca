package io.weathervane.explanation;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.explanation.DecisionExplanation.Replay;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.RuleKind;
import io.weathervane.watch.BaselineAndHistoryCodec;
import io.weathervane.watch.MonitorJson;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Explains decisions out of the audit, and replays them. */
public final class DecisionExplainer {
    private final AuditLog audit;

    public DecisionExplainer(AuditLog audit) {
        this.audit = audit;
    }

    /** The newest decision that was not healthy, else the newest. */
    public Optional<Long> newestWorthExplaining() {
        List<AuditEvent> newest = newest(AuditQuery.LIMIT_MAX);
        return newest.stream()
                .filter(event -> !event.decision().orElse("").equals(DecisionAction.HEALTHY.wireName()))
                .findFirst()
                .or(() -> newest.stream().findFirst())
                .map(AuditEvent::seq);
    }

    public List<UnwrittenDecision> unwritten() {
        return audit.waiting().stream()
                .filter(deferred -> deferred.event().kind() == AuditKind.DECISION)
                .map(deferred -> new UnwrittenDecision(
                        deferred.at(),
                        deferred.event().decision().orElse("unknown"),
                        deferred.event().payload().path("conclusive").asBoolean(true),
                        deferred.event().payload().path("reason").asString("")))
                .toList();
    }

    public Optional<AuditEvent> newest() {
        return newest(1).stream().findFirst();
    }

    private List<AuditEvent> newest(int limit) {
        return audit.query(AuditQuery.newest(limit).ofKinds(Set.of(AuditKind.DECISION)))
                .events();
    }

    public static Decision decisionOf(AuditEvent event) {
        JsonNode payload = event.payload();
        JsonNode rate = payload.path("errorRate");
        return new Decision(
                DecisionAction.valueOf(event.decision().orElse("healthy").toUpperCase(Locale.ROOT)),
                payload.path("reason").asString(""),
                rate.isNumber() ? OptionalDouble.of(rate.asDouble()) : OptionalDouble.empty(),
                payload.path("failureCount").asInt(0),
                MonitorJson.readConditions(payload.path("conditions")),
                payload.path("conclusive")
                        .asBoolean(!payload.path("reason").asString("").startsWith("inconclusive")));
    }

    public DecisionExplanation explain(long seq, Optional<PolicyOverrides> thresholds) {
        AuditEvent event = audit.event(seq)
                .filter(found -> found.kind() == AuditKind.DECISION)
                .orElseThrow(() -> new ExplanationRefusedException(
                        "audit event " + seq + " is not a decision; find one with audit_query and kind decision"));
        Decision decision = decisionOf(event);
        return new DecisionExplanation(
                new DecisionExplanation.Recorded(
                        seq, event.at(), decision, event.promotionId(), inputs(event.payload())),
                wouldChange(event, decision),
                thresholds.map(overrides -> replay(event, decision, overrides)),
                DecisionFailureEvidence.of(event.payload()));
    }

    private static ObjectNode inputs(ObjectNode payload) {
        ObjectNode inputs =
                payload.path("inputs") instanceof ObjectNode stored ? stored.deepCopy() : MonitorJson.object();
        inputs.set("checks", payload.path("evidence").path("recentChecks"));
        if (!inputs.has("comparedWith") && inputs.path("record").isObject()) {
            inputs.put(
                    "comparedWith",
                    BaselineAndHistoryCodec.readRecord(inputs.path("record")).text());
        }
        return inputs;
    }

    private static List<String> wouldChange(AuditEvent event, Decision decision) {
        if (event.payload().path("manual").asBoolean(false)) {
            return List.of("nothing: " + event.actor().name() + " asked for it");
        }
        if (decision.conditions().stream().anyMatch(condition -> condition.rule() == RuleKind.WORKER_EXITED)) {
            return List.of("nothing: an active worker that exits by itself always escalates");
        }
        return decision.action().isDrastic()
                ? DecisionCounterfactualFinder.ofAction(decision, DecisionReplayer.of(event, decision))
                : DecisionCounterfactualFinder.ofNoAction(decision);
    }

    private static Replay replay(AuditEvent event, Decision made, PolicyOverrides overrides) {
        DecisionReplayer replayer = DecisionReplayer.of(event, made)
                .orElseThrow(() -> new ExplanationRefusedException(
                        "decision " + event.seq() + " was not made from checks, so there is nothing to replay"));
        try {
            return replayer.under(overrides);
        } catch (IllegalArgumentException e) {
            throw new ExplanationRefusedException("these thresholds cannot be: " + e.getMessage(), e);
        }
    }
}
