package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventType;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.failure.FailureReportLimits;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.ActionStepRunner.Step;
import io.weathervane.rollback.RollbackActions.ActionContext;
import io.weathervane.util.SafeText;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Pending;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries out a drastic decision: a rollback, an escalation, or, in mode observe, only the record of what it would have
 * been. A rollback that fails becomes an escalation.
 */
final class DecisionExecutor {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final ActionLock actionLock;
    private final RollbackActions actions;
    private final BooleanSupplier restoreOnEscalation;
    private final ActionRecorder recorder;
    private final DecisionFailureEvidence failures;

    /** Receiver of what an action does: keeps it for a restart, and publishes it. */
    interface ActionRecorder {
        /** From here on a restart finishes what was decided; that it is written is not waited for. */
        void keep(WatchRecord decided, String why);

        void announceStop(WatchRecord decided, String why);

        /** Ends a watch whose decision has been carried out. */
        void finish(Optional<WatchRecord> decided, WatchOutcome outcome, List<NewAuditEvent> entries);

        void publish(EventType type, Optional<String> promotionId, ObjectNode payload);
    }

    /**
     * A drastic decision.
     *
     * @param watch empty for a worker that no watch is over
     * @param worker label of the worker that is to be replaced
     * @param payload what the audit says of it, but for the actions
     */
    record Decided(DecisionAction action, Optional<WatchRecord> watch, String worker, ObjectNode payload) {
        static Decided of(WatchRecord watch) {
            Pending pending = watch.pending().orElseThrow();
            return new Decided(
                    pending.action(), Optional.of(watch), watch.state().worker(), pending.payload());
        }

        Optional<String> promotionId() {
            return watch.map(WatchRecord::promotionId);
        }

        String reason() {
            return payload.path("reason").asString();
        }

        ActionContext context() {
            return ActionContext.automatic(watch, worker, reason());
        }

        NewAuditEvent entry(List<ActionStepOutcome> outcomes) {
            return DecisionAuditJson.entry(action, Actor.SYSTEM, promotionId(), payload, outcomes);
        }

        NewAuditEvent entry(AuditKind kind, ObjectNode outcome) {
            return new NewAuditEvent(kind, Actor.SYSTEM, promotionId(), Optional.empty(), outcome);
        }
    }

    /**
     * The steps of an action.
     *
     * @param first what comes before anything is written
     * @param keep hands the decision over to be written
     * @param then known once the first are done
     */
    private record Plan(List<Step> first, Runnable keep, Supplier<List<Step>> then) {
        List<ActionStepOutcome> described() {
            return ActionStepRunner.describe(
                    Stream.concat(first.stream(), then.get().stream()).toList());
        }
    }

    /** @param restoreOnEscalation whether an escalation also brings back the previous worker */
    DecisionExecutor(
            ActionLock actionLock,
            RollbackActions actions,
            BooleanSupplier restoreOnEscalation,
            ActionRecorder recorder,
            DecisionFailureEvidence failures) {
        this.actionLock = actionLock;
        this.actions = actions;
        this.restoreOnEscalation = restoreOnEscalation;
        this.recorder = recorder;
        this.failures = failures;
    }

    /**
     * Carries it out.
     *
     * @param before entries that belong before those of the action
     */
    void actOn(Decided decided, List<NewAuditEvent> before) {
        if (decided.action() == DecisionAction.ROLLBACK) {
            actionLock.carryOut("an automatic rollback", () -> rollBack(decided));
        } else {
            actionLock.carryOut("an escalation", () -> escalate(decided, escalationPlan(decided), before));
        }
    }

    /** The steps that mode observe leaves undone: those that {@link #actOn} would take. */
    List<ActionStepOutcome> wouldHave(Decided decided) {
        if (!decided.action().isDrastic()) {
            return List.of();
        }
        return (decided.action() == DecisionAction.ROLLBACK ? rollbackPlan(decided) : escalationPlan(decided))
                .described();
    }

    private Plan rollbackPlan(Decided decided) {
        return new Plan(
                stopMonitoring(decided, "rollback"),
                () -> keep(decided, "rollback"),
                () -> Stream.concat(
                                actions.restore(decided.context(), AdditionalSwitchRecordSource.NONE).stream(),
                                Stream.of(
                                        actions.probeRestored(),
                                        actions.engage(decided.context()),
                                        actions.disposeReplaced()))
                        .toList());
    }

    /** The kill switch first, then the previous worker. */
    private Plan escalationPlan(Decided decided) {
        List<Step> first = new ArrayList<>(stopMonitoring(decided, "escalation"));
        first.add(actions.engage(decided.context()));
        return new Plan(first, () -> keep(decided, "escalation"), () -> restoring(decided));
    }

    /** After a rollback that failed: the watch is stopped and going back was tried. */
    private Plan planAfterFailedRollback(Decided decided) {
        return new Plan(
                List.of(actions.engage(decided.context())),
                () -> {},
                () -> List.of(Step.skipped(RollbackActions.SWITCH, "it failed already")));
    }

    private List<Step> stopMonitoring(Decided decided, String why) {
        return decided.watch().stream()
                .map(on -> RollbackActions.stopMonitoring(() -> recorder.announceStop(on, why)))
                .toList();
    }

    private void keep(Decided decided, String why) {
        decided.watch().ifPresent(on -> recorder.keep(on, why));
    }

    private List<Step> restoring(Decided decided) {
        if (!restoreOnEscalation.getAsBoolean()) {
            return List.of(Step.skipped(RollbackActions.SWITCH, "restoreOnEscalation is off"));
        }
        if (!actions.hasPrevious() && decided.watch().isEmpty()) {
            return List.of(Step.skipped(RollbackActions.SWITCH, "there is no previous worker to go back to"));
        }
        List<Step> steps = new ArrayList<>(actions.restore(decided.context(), AdditionalSwitchRecordSource.NONE));
        steps.add(actions.probeRestored());
        steps.add(actions.disposeReplaced());
        return steps;
    }

    private ActionStepRunner run(Plan plan) {
        ActionStepRunner steps = actions.begin();
        steps.run(plan.first());
        plan.keep().run();
        steps.run(plan.then().get());
        return steps;
    }

    /** After the action: the calls that an exit cut off have failed by then. */
    private Decided withFailures(Decided decided) {
        ObjectNode payload = decided.payload().deepCopy();
        failures.add(payload, decided.worker(), FailureReportLimits.DECISION);
        return new Decided(decided.action(), decided.watch(), decided.worker(), payload);
    }

    private void rollBack(Decided decided) {
        LOG.error(
                "CRITICAL: Executing automatic rollback\n  reason: \"{}\"\n  errorRate: {}\n  failureCount: {}{}",
                SafeText.logged(headline(decided.reason())),
                decided.payload().path("errorRate").asString("unknown"),
                decided.payload().path("failureCount").asInt(),
                because(decided.reason()));
        WatchRecord watch = decided.watch().orElseThrow();
        ActionStepRunner steps = run(rollbackPlan(decided));
        Decided told = withFailures(decided);
        if (!steps.done(RollbackActions.SWITCH)) {
            rollbackFailed(told, steps);
            return;
        }
        boolean verified = steps.done(RollbackActions.PROBE);
        String active = actions.activeLabel();
        ObjectNode executed = DecisionAuditJson.carriedOut(told.payload(), decided.worker(), active, steps)
                .put("automatic", true)
                .put("verified", verified);
        recorder.finish(
                decided.watch(),
                WatchOutcome.ROLLED_BACK,
                List.of(told.entry(steps.outcomes()), told.entry(AuditKind.ROLLBACK_EXECUTED, executed)));
        LOG.warn(
                "rollback executed promotion={} from={} to={} verified={}",
                watch.promotionId(),
                actions.shown(decided.worker()),
                actions.shown(active),
                verified);
        recorder.publish(EventType.ROLLBACK_EXECUTED, decided.promotionId(), executed);
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

    private void rollbackFailed(Decided decided, ActionStepRunner steps) {
        String why =
                steps.failure().map(step -> step.step() + ": " + step.detail()).orElse("unknown");
        LOG.error(
                "Rollback failed, escalating promotion={} reason=\"{}\"",
                decided.promotionId().orElse("none"),
                SafeText.logged(why));
        ObjectNode failed = DecisionAuditJson.carriedOut(
                        decided.payload(), decided.worker(), actions.activeLabel(), steps)
                .put("automatic", true)
                .put("failure", why);
        recorder.publish(EventType.ROLLBACK_FAILED, decided.promotionId(), failed);
        Decided next = new Decided(
                DecisionAction.ESCALATE,
                decided.watch(),
                decided.worker(),
                DecisionAuditJson.afterFailedRollback(decided.payload(), "Escalation: rollback failed: " + why));
        escalate(
                next,
                planAfterFailedRollback(next),
                List.of(decided.entry(steps.outcomes()), decided.entry(AuditKind.ROLLBACK_FAILED, failed)));
    }

    private void escalate(Decided decided, Plan plan, List<NewAuditEvent> before) {
        LOG.error(
                "Escalation: Setting kill-switch DISABLE_NEW=1 worker={} promotion={} reason=\"{}\"",
                actions.shown(decided.worker()),
                decided.promotionId().orElse("none"),
                SafeText.logged(decided.reason()));
        ActionStepRunner steps = run(plan);
        Decided told = withFailures(decided);
        ObjectNode triggered = DecisionAuditJson.carriedOut(
                        told.payload(), decided.worker(), actions.activeLabel(), steps)
                .put("killSwitch", steps.done(RollbackActions.ENGAGE) ? "engaged" : "not engaged")
                .put("restored", steps.done(RollbackActions.SWITCH));
        List<NewAuditEvent> entries = new ArrayList<>(before);
        entries.add(told.entry(steps.outcomes()));
        entries.add(told.entry(AuditKind.ESCALATION_TRIGGERED, triggered));
        recorder.finish(decided.watch(), WatchOutcome.ESCALATED, entries);
        recorder.publish(EventType.ESCALATION_TRIGGERED, decided.promotionId(), triggered);
    }
}
