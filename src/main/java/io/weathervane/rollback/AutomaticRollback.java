package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.monitor.Action;
import io.weathervane.monitor.Outcome;
import io.weathervane.rollback.ActionOutcome.Result;
import io.weathervane.rollback.RollbackActions.ActionContext;
import io.weathervane.util.SafeText;
import io.weathervane.worker.SwitchNotes;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The rollback that the monitor decides on; one that fails becomes an escalation. */
final class AutomaticRollback {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    /** What observe mode says it would have done. */
    static final List<String> STEPS = List.of(
            RollbackActions.STOP_MONITORING,
            RollbackActions.SWITCH,
            RollbackActions.PROBE,
            RollbackActions.ENGAGE,
            RollbackActions.DISPOSE);

    private final RollbackActions rollbackActions;
    private final Escalation escalation;
    private final CurrentWatch current;
    private final MonitorEvents monitorEvents;

    AutomaticRollback(
            RollbackActions rollbackActions, Escalation escalation, CurrentWatch current, MonitorEvents monitorEvents) {
        this.rollbackActions = rollbackActions;
        this.escalation = escalation;
        this.current = current;
        this.monitorEvents = monitorEvents;
    }

    void carryOut(PromotionWatch decided, ObjectNode payload) {
        String reason = payload.path("reason").asString();
        LOG.error(
                "CRITICAL: Executing automatic rollback\n  reason: \"{}\"\n  errorRate: {}\n  failureCount: {}{}",
                SafeText.logged(headline(reason)),
                payload.path("errorRate").asString("unknown"),
                payload.path("failureCount").asInt(),
                because(reason));
        ActionSteps steps = rollbackActions.begin();
        rollbackActions.stopMonitoring(steps, () -> MonitoringStop.announce(monitorEvents, decided, "rollback"));
        current.keep(decided, "rollback");
        ActionContext actionContext =
                ActionContext.automatic(Optional.of(decided), decided.state().worker(), reason);
        if (!rollbackActions.restore(steps, actionContext, SwitchNotes.NONE)) {
            failed(decided, payload, steps);
            return;
        }
        rollbackActions.probeRestored(steps);
        rollbackActions.engage(steps, actionContext);
        rollbackActions.disposeReplaced(steps);
        Optional<String> id = Optional.of(decided.promotionId());
        ObjectNode executed = DecisionRecord.carriedOut(
                        payload, decided.state().worker(), rollbackActions.activeLabel(), steps)
                .put("automatic", true)
                .put("verified", steps.done(RollbackActions.PROBE));
        AuditEntry decision = DecisionRecord.entry(Action.ROLLBACK, Actor.SYSTEM, id, payload, steps.outcomes());
        current.finish(
                Optional.of(decided),
                Outcome.ROLLED_BACK,
                List.of(
                        decision,
                        new AuditEntry(AuditKind.ROLLBACK_EXECUTED, Actor.SYSTEM, id, Optional.empty(), executed)));
        LOG.warn(
                "rollback executed promotion={} from={} to={} verified={}",
                decided.promotionId(),
                decided.state().worker(),
                rollbackActions.activeLabel(),
                steps.done(RollbackActions.PROBE));
        monitorEvents.say(EventType.ROLLBACK_EXECUTED, id, executed);
    }

    /** The runbook's words; what they rest on is told after a colon. */
    private static String headline(String reason) {
        int end = reason.indexOf(": ");
        return end < 0 ? reason : reason.substring(0, end);
    }

    private static String because(String reason) {
        int end = reason.indexOf(": ");
        return end < 0 ? "" : "\n  because: \"" + SafeText.logged(reason.substring(end + 2)) + "\"";
    }

    private void failed(PromotionWatch decided, ObjectNode payload, ActionSteps steps) {
        String why = steps.outcomes().stream()
                .filter(step -> step.result() == Result.FAILED)
                .map(step -> step.step() + ": " + step.detail())
                .findFirst()
                .orElse("unknown");
        LOG.error(
                "Rollback failed, escalating promotion={} reason=\"{}\"", decided.promotionId(), SafeText.logged(why));
        Optional<String> id = Optional.of(decided.promotionId());
        ObjectNode failed = DecisionRecord.carriedOut(
                        payload, decided.state().worker(), rollbackActions.activeLabel(), steps)
                .put("automatic", true)
                .put("failure", why);
        monitorEvents.say(EventType.ROLLBACK_FAILED, id, failed);
        List<AuditEntry> entries = List.of(
                DecisionRecord.entry(Action.ROLLBACK, Actor.SYSTEM, id, payload, steps.outcomes()),
                new AuditEntry(AuditKind.ROLLBACK_FAILED, Actor.SYSTEM, id, Optional.empty(), failed));
        ObjectNode next = DecisionRecord.afterFailedRollback(payload, "Escalation: rollback failed: " + why);
        escalation.carryOut(Optional.of(decided), decided.state().worker(), next, /* firstResponse= */ false, entries);
    }
}
