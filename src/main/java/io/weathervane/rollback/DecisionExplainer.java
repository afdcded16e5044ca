package io.weathervane.rollback;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditQuery;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.RuleKind;
import io.weathervane.monitor.WatchState;
import io.weathervane.rollback.DecisionExplanation.Replay;
import io.weathervane.rollback.DecisionExplanation.ReplayedCheck;
import io.weathervane.watch.BaselineAndHistoryCodec;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.PreviousWorkerReplayCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Explains decisions out of the audit, and replays them. */
final class DecisionExplainer {
    private final AuditLog audit;

    DecisionExplainer(AuditLog audit) {
        this.audit = audit;
    }

    /** The newest decision that was not healthy, else the newest. */
    Optional<Long> newestWorthExplaining() {
        List<AuditEvent> newest = newest(AuditQuery.LIMIT_MAX);
        return newest.stream()
                .filter(event -> !event.decision().orElse("").equals(DecisionAction.HEALTHY.wireName()))
                .findFirst()
                .or(() -> newest.stream().findFirst())
                .map(AuditEvent::seq);
    }

    List<UnwrittenDecision> unwritten() {
        return audit.waiting().stream()
                .filter(late -> late.entry().kind() == AuditKind.DECISION)
                .map(late -> new UnwrittenDecision(
                        late.at(),
                        late.entry().decision().orElse("unknown"),
                        late.entry().payload().path("conclusive").asBoolean(true),
                        late.entry().payload().path("reason").asString("")))
                .toList();
    }

    Optional<AuditEvent> newest() {
        return newest(1).stream().findFirst();
    }

    private List<AuditEvent> newest(int limit) {
        return audit.query(AuditQuery.newest(limit).ofKinds(Set.of(AuditKind.DECISION)))
                .events();
    }

    static Decision decisionOf(AuditEvent event) {
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

    DecisionExplanation explain(long seq, Optional<PolicyOverrides> thresholds) {
        AuditEvent event = audit.event(seq)
                .filter(found -> found.kind() == AuditKind.DECISION)
                .orElseThrow(() -> new ActionRefusedException(
                        "audit event " + seq + " is not a decision; find one with audit_query and kind decision"));
        Decision decision = decisionOf(event);
        return new DecisionExplanation(
                seq,
                event.at(),
                decision,
                event.promotionId(),
                inputs(event.payload()),
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
        if (decision.action().isDrastic()) {
            return decision.conditions().stream()
                    .filter(condition -> condition.rule().action() == decision.action() && condition.holds())
                    .map(DecisionExplainer::withAnotherLimit)
                    .toList();
        }
        Stream<String> vetoes = decision.conditions().stream()
                .filter(condition -> decision.vetoesRollback() && condition.rule() == RuleKind.FAILS_ON_PREVIOUS)
                .filter(RuleCondition::holds)
                .map(condition -> "no rollback while " + condition.text());
        return Stream.concat(vetoes, unmet(decision)).toList();
    }

    private static Stream<String> unmet(Decision decision) {
        return decision.conditions().stream()
                .filter(condition -> condition.rule() != RuleKind.FAILS_ON_PREVIOUS)
                .filter(condition -> decision.action() == DecisionAction.DEGRADE
                        ? condition.rule().action().isDrastic() && !condition.holds()
                        : !condition.holds())
                .map(condition -> condition.rule().action().wireName() + " needs " + condition.name() + " "
                        + condition.comparison().sign() + " " + condition.limitText() + ", it was "
                        + condition.valueText());
    }

    private static String withAnotherLimit(RuleCondition condition) {
        String limit = switch (condition.comparison()) {
            case ABOVE -> "of at least ";
            case AT_LEAST -> "above ";
            case BELOW -> "of at most ";
        };
        return "a limit for " + condition.name() + " " + limit + condition.valueText() + "; it was "
                + condition.limitText();
    }

    private static Replay replay(AuditEvent event, Decision made, PolicyOverrides overrides) {
        JsonNode inputs = event.payload().path("inputs");
        List<CheckRecord> checks = Stream.concat(
                        MonitorJson.readChecks(inputs.path("earlierChecks")).stream(),
                        MonitorJson.readChecks(event.payload().path("evidence").path("recentChecks")).stream())
                .toList();
        if (checks.isEmpty() || !inputs.path("policy").isObject()) {
            throw new ActionRefusedException(
                    "decision " + event.seq() + " was not made from checks, so there is nothing to replay");
        }
        MonitorPolicy policy = changed(MonitorJson.readPolicy(inputs.path("policy")), overrides);
        Instant startedAt = Instant.parse(
                inputs.path("startedAt").asString(checks.get(0).at().toString()));
        WatchState begin = WatchState.replaying(
                BaselineAndHistoryCodec.readRecord(inputs.path("record")),
                BaselineAndHistoryCodec.readHistory(inputs.path("historyBefore"), startedAt),
                policy,
                startedAt);
        Instant first = checks.get(0).at();
        return run(
                checks,
                begin.replayingUnder(PreviousWorkerReplayCodec.readVeto(inputs.path("vetoBefore")), first),
                policy,
                made);
    }

    private static MonitorPolicy changed(MonitorPolicy policy, PolicyOverrides overrides) {
        try {
            return overrides.applyTo(policy);
        } catch (IllegalArgumentException e) {
            throw new ActionRefusedException("these thresholds cannot be: " + e.getMessage(), e);
        }
    }

    private static Replay run(List<CheckRecord> checks, WatchState begin, MonitorPolicy policy, Decision made) {
        List<ReplayedCheck> replayed = new ArrayList<>();
        WatchState state = begin;
        Optional<Decision> drastic = Optional.empty();
        Decision last = made;
        for (CheckRecord check : checks) {
            CheckResult step = MonitorStateMachine.next(state, check.observation(), policy, check.at());
            last = step.decision();
            replayed.add(new ReplayedCheck(check.at(), step.check().verdict().wireName(), last));
            if (drastic.isEmpty() && last.action().isDrastic()) {
                drastic = Optional.of(last);
            }
            state = step.state();
        }
        Decision result = drastic.orElse(last);
        return new Replay(result, result.action() != made.action(), policy, replayed);
    }
}
