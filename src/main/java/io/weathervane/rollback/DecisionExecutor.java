package io.weathervane.rollback;

import io.weathervane.audit.AuditEntry;
import io.weathervane.monitor.Action;
import io.weathervane.rollback.ActionOutcome.Result;
import io.weathervane.rollback.PromotionWatch.Pending;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What is done about a decision: a rollback, an escalation, or only the word of what it would have been. */
final class DecisionExecutor {
    private final ActionLock actionLock;
    private final AutomaticRollback rollback;
    private final Escalation escalation;

    DecisionExecutor(ActionLock actionLock, AutomaticRollback rollback, Escalation escalation) {
        this.actionLock = actionLock;
        this.rollback = rollback;
        this.escalation = escalation;
    }

    /** Carries out the decision that the watch is pending on. */
    void actOn(PromotionWatch decided) {
        Pending pending = decided.pending().orElseThrow();
        if (pending.action() == Action.ROLLBACK) {
            actionLock.carryOut("an automatic rollback", () -> rollback.carryOut(decided, pending.payload()));
        } else {
            escalate(Optional.of(decided), decided.state().worker(), pending.payload(), List.of());
        }
    }

    /**
     * Escalates, watched or not.
     *
     * @param before entries that belong before those of the escalation
     */
    void escalate(Optional<PromotionWatch> decided, String worker, ObjectNode payload, List<AuditEntry> before) {
        actionLock.carryOut(
                "an escalation",
                () -> escalation.carryOut(decided, worker, payload, /* firstResponse= */ true, before));
    }

    /** The steps that observe mode leaves undone. */
    static List<ActionOutcome> wouldHave(Action action) {
        if (!action.isDrastic()) {
            return List.of();
        }
        return (action == Action.ROLLBACK ? AutomaticRollback.STEPS : Escalation.STEPS)
                .stream()
                        .map(step -> new ActionOutcome(step, Result.WOULD_HAVE, "mode observe changes nothing", 0))
                        .toList();
    }
}
