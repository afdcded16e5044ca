package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.event.EventType;
import io.weathervane.monitor.Action;
import io.weathervane.monitor.Outcome;
import io.weathervane.rollback.RollbackActions.ActionContext;
import io.weathervane.util.SafeText;
import io.weathervane.worker.SwitchNotes;
import io.weathervane.worker.WorkerManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The escalation: the kill switch first, then the previous worker, if that is wanted and was not tried already. */
final class Escalation {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    /** What observe mode says it would have done. */
    static final List<String> STEPS =
            List.of(RollbackActions.STOP_MONITORING, RollbackActions.ENGAGE, RollbackActions.SWITCH);

    private final WorkerManager workers;
    private final PolicySource policies;
    private final RollbackActions rollbackActions;
    private final CurrentWatch current;
    private final MonitorEvents monitorEvents;

    Escalation(
            WorkerManager workers,
            PolicySource policies,
            RollbackActions rollbackActions,
            CurrentWatch current,
            MonitorEvents monitorEvents) {
        this.workers = workers;
        this.policies = policies;
        this.rollbackActions = rollbackActions;
        this.current = current;
        this.monitorEvents = monitorEvents;
    }

    /**
     * Escalates.
     *
     * @param firstResponse false after a rollback that failed: then the watch is stopped and going back was tried
     * @param before entries that belong before those of the escalation
     */
    void carryOut(
            Optional<PromotionWatch> decided,
            String worker,
            ObjectNode payload,
            boolean firstResponse,
            List<AuditEntry> before) {
        String reason = payload.path("reason").asString();
        LOG.error(
                "Escalation: Setting kill-switch DISABLE_NEW=1 worker={} promotion={} reason=\"{}\"",
                worker,
                decided.map(PromotionWatch::promotionId).orElse("none"),
                SafeText.logged(reason));
        ActionContext actionContext = ActionContext.automatic(decided, worker, reason);
        ActionSteps steps = rollbackActions.begin();
        decided.filter(on -> firstResponse)
                .ifPresent(on -> rollbackActions.stopMonitoring(
                        steps, () -> MonitoringStop.announce(monitorEvents, on, "escalation")));
        rollbackActions.engage(steps, actionContext);
        decided.filter(on -> firstResponse).ifPresent(on -> current.keep(on, "escalation"));
        boolean restored = restoreIfWanted(steps, actionContext, firstResponse);
        Optional<String> id = decided.map(PromotionWatch::promotionId);
        ObjectNode triggered = DecisionRecord.carriedOut(payload, worker, rollbackActions.activeLabel(), steps)
                .put("killSwitch", steps.done(RollbackActions.ENGAGE) ? "engaged" : "not engaged")
                .put("restored", restored);
        List<AuditEntry> entries = new ArrayList<>(before);
        entries.add(DecisionRecord.entry(Action.ESCALATE, Actor.SYSTEM, id, payload, steps.outcomes()));
        entries.add(new AuditEntry(AuditKind.ESCALATION_TRIGGERED, Actor.SYSTEM, id, Optional.empty(), triggered));
        current.finish(decided, Outcome.ESCALATED, entries);
        monitorEvents.say(EventType.ESCALATION_TRIGGERED, id, triggered);
    }

    private boolean restoreIfWanted(ActionSteps steps, ActionContext actionContext, boolean firstResponse) {
        if (!firstResponse) {
            steps.skip(RollbackActions.SWITCH, "it failed already");
            return false;
        }
        if (!policies.current().restoreOnEscalation()) {
            steps.skip(RollbackActions.SWITCH, "restoreOnEscalation is off");
            return false;
        }
        if (workers.view().previousLabel().isEmpty()
                && actionContext.promotionId().isEmpty()) {
            steps.skip(RollbackActions.SWITCH, "there is no previous worker to go back to");
            return false;
        }
        if (!rollbackActions.restore(steps, actionContext, SwitchNotes.NONE)) {
            return false;
        }
        rollbackActions.probeRestored(steps);
        rollbackActions.disposeReplaced(steps);
        return true;
    }
}
