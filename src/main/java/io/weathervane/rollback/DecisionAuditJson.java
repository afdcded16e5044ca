package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.WatchState;
import io.weathervane.policy.MonitorMode;
import io.weathervane.watch.BaselineAndHistoryCodec;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.PreviousWorkerReplayCodec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A decision as the audit keeps it: what the runbook's file shows, and what is needed to replay it. */
final class DecisionAuditJson {
    private DecisionAuditJson() {}

    /** Of a decision after a check. */
    static ObjectNode ofCheck(
            Decision decision, WatchState before, WatchState after, MonitorPolicy policy, MonitorMode mode) {
        List<CheckRecord> window = after.window(policy.checkWindow());
        List<CheckRecord> recent = after.recent();
        ObjectNode payload = base(decision, after.worker(), after.schedule().lastCheckAt(), mode);
        evidence(payload, window, after.failurePattern(policy.checkWindow()), policy);
        ObjectNode inputs = payload.putObject("inputs");
        inputs.set("policy", MonitorJson.policy(policy));
        inputs.set("earlierChecks", MonitorJson.checks(recent.subList(0, recent.size() - window.size())));
        inputs.put("startedAt", after.schedule().startedAt().toString());
        inputs.set("record", BaselineAndHistoryCodec.record(after.target().record()));
        if (!after.comparedWith().equals(after.target().record().text())) {
            inputs.put("comparedWith", after.comparedWith());
        }
        inputs.set(
                "historyBefore",
                BaselineAndHistoryCodec.history(after.callCounts().before(recent)));
        before.result().veto().ifPresent(veto -> inputs.set("vetoBefore", PreviousWorkerReplayCodec.veto(veto)));
        inputs.put("hardFailureRunBefore", before.counters().hardFailureRun());
        inputs.put("resourceRunBefore", before.counters().resources().criticalRun());
        inputs.put("actedBefore", before.acted().map(DecisionAction::wireName).orElse("none"));
        return payload;
    }

    /** Of a decision outside the checks: the active worker ended. */
    static ObjectNode ofExit(
            Decision decision,
            String worker,
            Optional<WatchState> state,
            MonitorPolicy policy,
            Instant at,
            MonitorMode mode) {
        ObjectNode payload = base(decision, worker, at, mode);
        List<CheckRecord> window =
                state.map(watch -> watch.window(policy.checkWindow())).orElse(List.of());
        evidence(payload, window, "active worker exited unexpectedly", policy);
        payload.putObject("inputs").set("policy", MonitorJson.policy(policy));
        return payload;
    }

    /** Of what a person decided. */
    static ObjectNode ofPerson(
            String reason, String worker, Optional<WatchState> state, MonitorPolicy policy, Instant at) {
        Decision decision = new Decision(DecisionAction.ROLLBACK, reason, OptionalDouble.empty(), 0, List.of());
        ObjectNode payload = base(decision, worker, at, MonitorMode.ACT).put("manual", true);
        List<CheckRecord> window =
                state.map(watch -> watch.window(policy.checkWindow())).orElse(List.of());
        evidence(
                payload,
                window,
                state.map(watch -> watch.failurePattern(policy.checkWindow())).orElse("no checks"),
                policy);
        return payload;
    }

    /** Of the escalation that follows a rollback that failed. */
    static ObjectNode afterFailedRollback(ObjectNode rollback, String reason) {
        return rollback.deepCopy().put("reason", reason).put("after", "rollback-failed");
    }

    static NewAuditEvent entry(
            DecisionAction action,
            Actor actor,
            Optional<String> promotionId,
            ObjectNode payload,
            List<ActionStepOutcome> actions) {
        ObjectNode complete = payload.deepCopy();
        complete.set("actions", actions(actions));
        return new NewAuditEvent(AuditKind.DECISION, actor, promotionId, Optional.of(action.wireName()), complete);
    }

    /** What became of a decision, for the entry of its kind and for the bus. */
    static ObjectNode carriedOut(ObjectNode decision, String worker, String active, ActionStepRunner steps) {
        ObjectNode outcome = MonitorJson.object();
        outcome.set("reason", decision.path("reason"));
        outcome.set("errorRate", decision.path("errorRate"));
        outcome.set("failureCount", decision.path("failureCount"));
        outcome.put("worker", worker);
        outcome.put("active", active);
        outcome.put(
                "failurePattern",
                decision.path("evidence").path("failurePattern").asString());
        DecisionFailureEvidence.copy(decision, outcome);
        outcome.set("actions", actions(steps.outcomes()));
        return outcome;
    }

    static ArrayNode actions(List<ActionStepOutcome> outcomes) {
        ArrayNode array = MonitorJson.MAPPER.createArrayNode();
        outcomes.forEach(outcome -> array.addObject()
                .put("step", outcome.step())
                .put("outcome", outcome.outcome())
                .put("detail", outcome.detail())
                .put("tookMs", outcome.tookMs()));
        return array;
    }

    private static ObjectNode base(Decision decision, String worker, Instant at, MonitorMode mode) {
        ObjectNode payload = MonitorJson.object();
        payload.put("reason", decision.reason());
        payload.put("conclusive", decision.conclusive());
        MonitorJson.putRate(payload, "errorRate", decision.errorRate());
        payload.put("failureCount", decision.failureCount());
        payload.put("worker", worker);
        payload.put("decidedAt", at.toString());
        payload.put("mode", mode.wireName());
        payload.set("conditions", MonitorJson.conditions(decision.conditions()));
        return payload;
    }

    private static void evidence(
            ObjectNode payload, List<CheckRecord> window, String failurePattern, MonitorPolicy policy) {
        ObjectNode evidence = payload.putObject("evidence");
        evidence.put("conclusive", payload.path("conclusive").asBoolean());
        evidence.set("recentChecks", MonitorJson.checks(window));
        evidence.put("failurePattern", failurePattern);
        evidence.putObject("threshold")
                .put("errorRate", policy.errorRateThreshold())
                .put("failureCount", policy.failureCount())
                .put("checkWindow", policy.checkWindow())
                .put("consecutiveFailures", policy.consecutiveFailures())
                .put("minRequests", policy.minRequests());
    }
}
