package io.weathervane.control;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.control.Responder.Occasion;
import io.weathervane.event.EventType;
import io.weathervane.monitor.Action;
import io.weathervane.monitor.Outcome;
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
    static final List<String> STEPS = List.of(Responder.STOP_MONITORING, Responder.ENGAGE, Responder.SWITCH);

    private final WorkerManager workers;
    private final PolicySource policies;
    private final Responder responder;
    private final CurrentWatch current;
    private final Bulletin bulletin;

    Escalation(
            WorkerManager workers,
            PolicySource policies,
            Responder responder,
            CurrentWatch current,
            Bulletin bulletin) {
        this.workers = workers;
        this.policies = policies;
        this.responder = responder;
        this.current = current;
        this.bulletin = bulletin;
    }

    /**
     * Escalates.
     *
     * @param firstResponse false after a rollback that failed: then the watch is stopped and going back was tried
     * @param before entries that belong before those of the escalation
     */
    void carryOut(
            Optional<Watch> decided,
            String worker,
            ObjectNode payload,
            boolean firstResponse,
            List<AuditEntry> before) {
        String reason = payload.path("reason").asString();
        LOG.error(
                "Escalation: Setting kill-switch DISABLE_NEW=1 worker={} promotion={} reason=\"{}\"",
                worker,
                decided.map(Watch::promotionId).orElse("none"),
                SafeText.logged(reason));
        Occasion occasion = Occasion.automatic(decided, worker, reason);
        Steps steps = responder.begin();
        decided.filter(on -> firstResponse)
                .ifPresent(on ->
                        responder.stopMonitoring(steps, () -> MonitoringStop.announce(bulletin, on, "escalation")));
        responder.engage(steps, occasion);
        decided.filter(on -> firstResponse).ifPresent(on -> current.keep(on, "escalation"));
        boolean restored = restoreIfWanted(steps, occasion, firstResponse);
        Optional<String> id = decided.map(Watch::promotionId);
        ObjectNode triggered = DecisionRecord.carriedOut(payload, worker, responder.activeLabel(), steps)
                .put("killSwitch", steps.done(Responder.ENGAGE) ? "engaged" : "not engaged")
                .put("restored", restored);
        List<AuditEntry> entries = new ArrayList<>(before);
        entries.add(DecisionRecord.entry(Action.ESCALATE, Actor.SYSTEM, id, payload, steps.outcomes()));
        entries.add(new AuditEntry(AuditKind.ESCALATION_TRIGGERED, Actor.SYSTEM, id, Optional.empty(), triggered));
        current.finish(decided, Outcome.ESCALATED, entries);
        bulletin.say(EventType.ESCALATION_TRIGGERED, id, triggered);
    }

    private boolean restoreIfWanted(Steps steps, Occasion occasion, boolean firstResponse) {
        if (!firstResponse) {
            steps.skip(Responder.SWITCH, "it failed already");
            return false;
        }
        if (!policies.current().restoreOnEscalation()) {
            steps.skip(Responder.SWITCH, "restoreOnEscalation is off");
            return false;
        }
        if (workers.view().previousLabel().isEmpty() && occasion.promotionId().isEmpty()) {
            steps.skip(Responder.SWITCH, "there is no previous worker to go back to");
            return false;
        }
        if (!responder.restore(steps, occasion, SwitchNotes.NONE)) {
            return false;
        }
        responder.probeRestored(steps);
        responder.disposeReplaced(steps);
        return true;
    }
}
