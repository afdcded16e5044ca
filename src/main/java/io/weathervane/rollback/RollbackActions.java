package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEntry;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.flags.EngageResult;
import io.weathervane.flags.LiveFlags;
import io.weathervane.rollback.ActionSteps.StepResult;
import io.weathervane.store.LateRecord;
import io.weathervane.util.Ticker;
import io.weathervane.worker.DrainResult;
import io.weathervane.worker.Preflight;
import io.weathervane.worker.Probe;
import io.weathervane.worker.Switch;
import io.weathervane.worker.SwitchNotes;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries out what was decided on the workers and the flags. Every step may be repeated: a server that died between
 * two of them runs them all again.
 */
final class RollbackActions {
    static final String STOP_MONITORING = "stop-monitoring";
    static final String PREFLIGHT = "preflight-previous";
    static final String SWITCH = "switch-to-active";
    static final String PROBE = "probe-restored";
    static final String ENGAGE = "engage-kill-switch";
    static final String DISPOSE = "dispose-replaced";

    private final WorkerManager workers;
    private final LiveFlags flags;
    private final AuditLog audit;
    private final Ticker ticker;

    RollbackActions(WorkerManager workers, LiveFlags flags, AuditLog audit, Ticker ticker) {
        this.workers = workers;
        this.flags = flags;
        this.audit = audit;
        this.ticker = ticker;
    }

    /**
     * On whose behalf and why something is done.
     *
     * @param worker label of the worker that is to be replaced
     */
    record ActionContext(Actor actor, String reason, Optional<String> worker, Optional<String> promotionId) {
        /** What the monitor does by itself. */
        static ActionContext automatic(Optional<PromotionWatch> decided, String worker, String reason) {
            return new ActionContext(
                    Actor.SYSTEM, reason, Optional.of(worker), decided.map(PromotionWatch::promotionId));
        }
    }

    ActionSteps begin() {
        return new ActionSteps(ticker);
    }

    String activeLabel() {
        return workers.view().active().map(worker -> worker.label()).orElse("none");
    }

    /** No check comes after a decision: the watch is pending from then on. */
    void stopMonitoring(ActionSteps steps, Runnable announcement) {
        steps.run(STOP_MONITORING, () -> {
            announcement.run();
            return StepResult.done("no further checks");
        });
    }

    /** Brings back the previous worker; true when it answers the calls now. */
    boolean restore(ActionSteps steps, ActionContext actionContext, SwitchNotes notes) {
        WorkersView view = workers.view();
        Optional<String> active = view.active().map(worker -> worker.label());
        boolean replaced = actionContext.worker().isPresent()
                && active.isPresent()
                && view.previousLabel().isEmpty()
                && !active.equals(actionContext.worker());
        if (replaced) {
            steps.skip(PREFLIGHT, "the worker " + actionContext.worker().orElse("") + " is not active any more");
            steps.run(SWITCH, () -> StepResult.done(active.orElse("") + " was active already"));
            return true;
        }
        return steps.run(PREFLIGHT, this::preflight) && steps.run(SWITCH, () -> switchBack(actionContext, notes));
    }

    private StepResult preflight() {
        Preflight preflight = workers.preflightPrevious();
        return new StepResult(preflight.ok(), preflight.reason());
    }

    private StepResult switchBack(ActionContext actionContext, SwitchNotes notes) {
        Switch done = workers.switchToActive(change -> {
            List<LateRecord> records = new ArrayList<>();
            records.add(audit.late(switched(actionContext, change, "rollback")));
            records.addAll(notes.of(change));
            return records;
        });
        String text = done.from().orElse("none") + " to " + done.to() + " in " + done.flipNanos() / 1000 + " us";
        return StepResult.done(
                done.recorded()
                        ? text
                        : text + "; not recorded yet: " + done.recordFailure().orElse("unknown"));
    }

    void probeRestored(ActionSteps steps) {
        steps.run(PROBE, () -> {
            Probe probe = workers.probeActive();
            return new StepResult(probe.ok(), probe.detail());
        });
    }

    void engage(ActionSteps steps, ActionContext actionContext) {
        steps.run(ENGAGE, () -> {
            EngageResult engagement =
                    flags.engage(actionContext.reason(), actionContext.actor(), actionContext.promotionId());
            if (!flags.snapshot().killSwitchEngaged()) {
                return StepResult.failed("the kill switch is still off");
            }
            String text = engagement.alreadyEngaged() ? "it was on already" : "DISABLE_NEW=1, flags at safe defaults";
            return StepResult.done(
                    engagement.warning().map(warning -> text + "; " + warning).orElse(text));
        });
    }

    /** The worker's end is only begun: records and alerts of what was done do not wait for its calls and tasks. */
    void disposeReplaced(ActionSteps steps) {
        steps.run(DISPOSE, () -> {
            DrainResult disposal = workers.disposeReplaced();
            return StepResult.done(disposal.label()
                    .map(label -> "begun: " + label + " ends its calls and tasks within "
                            + disposal.within().toMillis() + " ms and is stopped then")
                    .orElse("there was none to dispose of"));
        });
    }

    static AuditEntry switched(ActionContext actionContext, Switch change, String cause) {
        return new AuditEntry(
                AuditKind.WORKER_SWITCHED,
                actionContext.actor(),
                actionContext.promotionId(),
                Optional.empty(),
                MonitorJson.object()
                        .put("cause", cause)
                        .put("from", change.from().orElse("none"))
                        .put("to", change.to())
                        .put("reason", actionContext.reason()));
    }
}
