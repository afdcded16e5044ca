package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.flags.EngageResult;
import io.weathervane.rollback.ActionStepRunner.Step;
import io.weathervane.rollback.ActionStepRunner.StepResult;
import io.weathervane.store.DeferredRecord;
import io.weathervane.util.Ticker;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.HealthProbeResult;
import io.weathervane.worker.OngoingDrain;
import io.weathervane.worker.RollbackReadiness;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerSwitchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The steps that change workers and flags, of which actions are made. Every step may be repeated: a server that died
 * between two of them runs them all again.
 */
final class RollbackActions {
    static final String STOP_MONITORING = "stop-monitoring";
    static final String PREFLIGHT = "preflight-previous";
    static final String SWITCH = "switch-to-active";
    static final String PROBE = "probe-restored";
    static final String ENGAGE = "engage-kill-switch";
    static final String DISPOSE = "dispose-replaced";

    private final WorkerManager workers;
    private final KillSwitch killSwitch;
    private final Function<NewAuditEvent, DeferredRecord> recorded;
    private final Ticker ticker;

    /** The kill switch as an action needs it. */
    record KillSwitch(Engaging engaging, BooleanSupplier engaged) {}

    /** Engages the kill switch. */
    @FunctionalInterface
    interface Engaging {
        EngageResult engage(String reason, Actor actor, Optional<String> promotionId);
    }

    /** @param recorded makes of an entry what is written with a switch that has happened */
    RollbackActions(
            WorkerManager workers,
            KillSwitch killSwitch,
            Function<NewAuditEvent, DeferredRecord> recorded,
            Ticker ticker) {
        this.workers = workers;
        this.killSwitch = killSwitch;
        this.recorded = recorded;
        this.ticker = ticker;
    }

    /**
     * On whose behalf and why something is done.
     *
     * @param worker label of the worker that is to be replaced
     */
    record ActionContext(Actor actor, String reason, Optional<String> worker, Optional<String> promotionId) {
        /** What the monitor does by itself. */
        static ActionContext automatic(Optional<WatchRecord> decided, String worker, String reason) {
            return new ActionContext(Actor.SYSTEM, reason, Optional.of(worker), decided.map(WatchRecord::promotionId));
        }
    }

    /** The steps of one action, of which none was taken yet. */
    ActionStepRunner begin() {
        return new ActionStepRunner(workers.service(), ticker);
    }

    String activeLabel() {
        return active().orElse("none");
    }

    private Optional<String> active() {
        return workers.view().active().map(worker -> worker.label());
    }

    boolean hasPrevious() {
        return workers.view().previousLabel().isPresent();
    }

    /** No check comes after a decision: the watch is pending from then on. */
    static Step stopMonitoring(Runnable announcement) {
        return Step.of(STOP_MONITORING, () -> {
            announcement.run();
            return StepResult.done("no further checks");
        });
    }

    /** Brings back the previous worker, which answers the calls once these are done. */
    List<Step> restore(ActionContext context, AdditionalSwitchRecordSource additionalRecords) {
        return List.of(
                Step.required(PREFLIGHT, () -> preflight(context)),
                Step.required(SWITCH, () -> switchToActive(context, additionalRecords)));
    }

    /** Whether the worker was replaced before: the steps run for a second time. */
    private boolean isReplaced(ActionContext context) {
        return context.worker().isPresent()
                && active().isPresent()
                && !hasPrevious()
                && !active().equals(context.worker());
    }

    private StepResult preflight(ActionContext context) {
        if (isReplaced(context)) {
            return StepResult.skipped("the worker " + context.worker().orElse("") + " is not active any more");
        }
        RollbackReadiness readiness = workers.preflightPrevious();
        return StepResult.of(readiness.ok(), readiness.reason());
    }

    private StepResult switchToActive(ActionContext context, AdditionalSwitchRecordSource additionalRecords) {
        if (isReplaced(context)) {
            return StepResult.done(activeLabel() + " was active already");
        }
        WorkerSwitchResult done = workers.switchToActive(change -> {
            List<DeferredRecord> records = new ArrayList<>();
            records.add(recorded.apply(switched(context, change, "rollback")));
            records.addAll(additionalRecords.of(change));
            return records;
        });
        String text = done.from().orElse("none") + " to " + done.to() + " in " + done.flipNanos() / 1000 + " us";
        return StepResult.done(
                done.recorded()
                        ? text
                        : text + "; not recorded yet: " + done.recordFailure().orElse("unknown"));
    }

    /** A release's label in the log, with its service where that is not the default one. */
    String shown(String label) {
        return workers.service().shown(label);
    }

    Step probeRestored() {
        return Step.of(PROBE, () -> {
            HealthProbeResult probe = workers.probeActive();
            return StepResult.of(probe.ok(), probe.detail());
        });
    }

    Step engage(ActionContext context) {
        return Step.of(ENGAGE, () -> {
            EngageResult engageResult =
                    killSwitch.engaging().engage(context.reason(), context.actor(), context.promotionId());
            if (!killSwitch.engaged().getAsBoolean()) {
                return StepResult.failed("the kill switch is still off");
            }
            String text = engageResult.alreadyEngaged() ? "it was on already" : "DISABLE_NEW=1, flags at safe defaults";
            return StepResult.done(
                    engageResult.warning().map(warning -> text + "; " + warning).orElse(text));
        });
    }

    /** The worker's end is only begun: records and alerts of what was done do not wait for its calls and tasks. */
    Step disposeReplaced() {
        return Step.of(DISPOSE, () -> {
            OngoingDrain drain = workers.disposeReplaced();
            return StepResult.done(drain.label()
                    .map(label -> "begun: " + label + " ends its calls and tasks within "
                            + drain.within().toMillis() + " ms and is stopped then")
                    .orElse("there was none to dispose of"));
        });
    }

    static NewAuditEvent switched(ActionContext actionContext, WorkerSwitchResult change, String cause) {
        return new NewAuditEvent(
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
