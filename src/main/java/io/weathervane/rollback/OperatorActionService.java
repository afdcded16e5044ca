package io.weathervane.rollback;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventType;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.failure.FailureReportLimits;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.policy.PolicyResolver;
import io.weathervane.rollback.RollbackActions.ActionContext;
import io.weathervane.util.SafeText;
import io.weathervane.util.SteadyClock;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Baseline;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Promotions and rollbacks that a person asks for. */
final class OperatorActionService {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final WorkerManager workers;
    private final LiveFlags flags;
    private final MonitorSettings settings;
    private final PromotionRecorder recorder;
    private final WatchController watchController;
    private final RollbackActions rollbackActions;
    private final DeferredWatchWriter watchWriter;
    private final MonitorEventPublisher monitorEvents;
    private final DecisionFailureEvidence failures;
    private final Clock clock;
    private final SteadyClock steady;

    OperatorActionService(
            MonitorContext context,
            PromotionRecorder recorder,
            WatchController watchController,
            RollbackActions rollbackActions,
            DeferredWatchWriter watchWriter,
            MonitorEventPublisher monitorEvents) {
        this.workers = context.workers();
        this.failures = new DecisionFailureEvidence(workers::failures);
        this.flags = context.flags();
        this.settings = context.settings();
        this.recorder = recorder;
        this.watchController = watchController;
        this.rollbackActions = rollbackActions;
        this.watchWriter = watchWriter;
        this.monitorEvents = monitorEvents;
        this.clock = context.clock();
        this.steady = context.steady();
    }

    PromotionResult promote(Actor actor, String reason, ChangeApproval approval) {
        recorder.awaitBaseline();
        return watchController.exclusively("a promotion", () -> {
            refuseWhileKilled();
            livingCanary();
            watchWriter.requireWritten("a promotion");
            recorder.catchUp();
            return promoteNow(actor, reason, approval);
        });
    }

    PromotionResult plan() {
        refuseWhileKilled();
        String to = livingCanary().label();
        recorder.awaitBaseline();
        WorkersView view = workers.view();
        Optional<String> from = view.active().map(WorkerView::label);
        MonitorPolicy policy = settings.newest().current();
        String restoring = from.map(label -> "keep " + label + " running as the previous worker")
                .orElse("there is no active worker to keep as the previous one");
        return new PromotionResult(
                /* promoted= */ false,
                Optional.empty(),
                from,
                to,
                Optional.of(clock.instant().plus(policy.gracePeriod())),
                withTrouble(
                        List.of(
                                "probe " + to,
                                "switch the calls" + fromTo(from, to),
                                restoring,
                                "watch " + to + " for " + policy.gracePeriod().toSeconds() + " s, a check every "
                                        + policy.checkInterval().toMillis() + " ms; "
                                        + recorder.baseline(from).text()),
                        recorder.activeErrorRate(workers, policy).trouble()));
    }

    private static String fromTo(Optional<String> from, String to) {
        return from.map(active -> " from " + active).orElse("") + " to " + to;
    }

    private static List<String> withTrouble(List<String> plan, Optional<String> trouble) {
        return Stream.concat(plan.stream(), trouble.map(text -> PromotionResult.NOTE + text).stream())
                .toList();
    }

    /** What the canary runs. */
    ReleaseFingerprint candidate() {
        return ReleaseFingerprint.of(candidateRelease());
    }

    private WorkerRelease candidateRelease() {
        String label = livingCanary().label();
        return workers.releaseOf(Role.CANARY)
                .orElseThrow(() -> new ActionRefusedException("the canary " + label + " is gone"));
    }

    private PromotionResult promoteNow(Actor actor, String reason, ChangeApproval approval) {
        WorkerRelease candidate = candidateRelease();
        String sha256 = ReleaseFingerprint.of(candidate).sha256();
        Instant now = clock.instant();
        String id = "p-" + STAMP.format(now) + "-" + suffix();
        PolicyResolver next = settings.newest();
        MonitorPolicy policy = next.current();
        Optional<WatchRecord> earlier =
                watchController.watch().filter(watch -> watch.state().running());
        Optional<WatchRecord> stopped =
                earlier.map(watch -> watch.with(watch.state().ended(WatchOutcome.STOPPED)));
        AtomicReference<WatchRecord> begun = new AtomicReference<>();
        Optional<String> trouble = recorder.activeErrorRate(workers, policy).troubleOfReplaced();
        BaselineRecord previous = recorder.baseline(workers.view().active().map(WorkerView::label));
        WorkerSwitchResult done;
        try {
            done = workers.promote((sql, change) -> {
                refuseWhileKilled();
                refuseOther(candidate);
                approval.take(sql, ChangeApprovalText.promotion(change.from(), change.to(), sha256));
                steady.synchronize();
                WatchState state = WatchState.begin(id, change.to(), previous, policy, steady.instant());
                WatchRecord watch = new WatchRecord(state, change.from(), Baseline.zero(recorder.lastSnapshot(sql)));
                begun.set(watch);
                ActionContext actionContext = new ActionContext(actor, reason, change.from(), Optional.of(id));
                recorder.record(
                        sql,
                        new PromotionRecorder.Begun(actionContext, approval.approver(), change, watch, stopped),
                        next);
            });
        } catch (WorkerActionRefusedException e) {
            throw new ActionRefusedException(e.reason(), e);
        }
        WatchRecord watch = Optional.ofNullable(begun.get()).orElseThrow();
        stopped.ifPresent(old -> watchController.ended(old, "another promotion"));
        settings.adopt(next);
        watchController.begin(watch);
        monitorEvents.publish(
                EventType.MONITORING_STARTED,
                Optional.of(id),
                recorder.started(watch, reason, approval.approver(), next));
        return new PromotionResult(
                /* promoted= */ true,
                Optional.of(id),
                done.from(),
                done.to(),
                Optional.of(watch.state().schedule().deadline()),
                withTrouble(
                        List.of(
                                "switched" + fromTo(done.from(), done.to()) + " in " + done.flipNanos() / 1000 + " us",
                                "watching " + done.to() + " until "
                                        + watch.state().schedule().deadline()),
                        trouble));
    }

    /** Files are read outside of the transaction, so that what they belong to is compared in it. */
    private void refuseOther(WorkerRelease candidate) {
        if (!workers.releaseOf(Role.CANARY).equals(Optional.of(candidate))) {
            throw new ActionRefusedException("the canary changed meanwhile; look at worker_status");
        }
    }

    private void refuseWhileKilled() {
        if (flags.snapshot().killSwitchEngaged()) {
            KillSwitchStatus status = flags.killSwitch();
            throw new ActionRefusedException("the kill switch is engaged (since "
                    + status.since().map(Instant::toString).orElse("unknown") + " by "
                    + status.by().orElse("unknown") + ": " + status.reason().orElse("no reason given")
                    + "); nothing can be promoted until it is reset, see kill_switch_reset");
        }
    }

    private WorkerView livingCanary() {
        WorkerView canary = workers.view()
                .canary()
                .orElseThrow(() -> new ActionRefusedException(
                        "there is no canary to promote; start one with worker_start_canary"));
        if (canary.state() != WorkerState.READY) {
            throw new ActionRefusedException("the canary " + canary.label() + " is "
                    + canary.state().wireName()
                    + canary.health()
                            .exitCode()
                            .map(code -> " (exit code " + code + ")")
                            .orElse("")
                    + "; start it again with worker_start_canary");
        }
        return canary;
    }

    RollbackResult rollback(Actor actor, String reason) {
        return watchController.exclusively("a rollback", () -> rollBackNow(actor, reason, previous()));
    }

    RollbackResult rollbackPlan() {
        String to = previous();
        Optional<String> from = workers.view().active().map(WorkerView::label);
        String watching = watchController
                .watch()
                .filter(watch -> watch.state().running())
                .map(watch -> "end the watch over promotion " + watch.promotionId())
                .orElse("there is no watch to end");
        return new RollbackResult(
                /* rolledBack= */ false,
                from,
                to,
                Optional.empty(),
                List.of(),
                Stream.of(
                                Optional.of("probe " + to),
                                Optional.of(watching),
                                Optional.of("switch the calls" + fromTo(from, to)),
                                from.map(active -> "let " + active + " finish its calls and stop it"),
                                Optional.of("probe " + to + " as the active worker"),
                                Optional.of("leave the kill switch as it is"))
                        .flatMap(Optional::stream)
                        .toList());
    }

    private String previous() {
        return workers.view()
                .previousLabel()
                .orElseThrow(() -> new ActionRefusedException(
                        "there is no previous worker to go back to: nothing was promoted since the last rollback;"
                                + " to be safe at once, engage the kill switch with kill_switch_engage"));
    }

    private RollbackResult rollBackNow(Actor actor, String reason, String to) {
        Optional<WatchRecord> watching =
                watchController.watch().filter(watch -> watch.state().running());
        Optional<String> id = watching.map(WatchRecord::promotionId);
        Optional<String> from = workers.view().active().map(WorkerView::label);
        ActionContext actionContext = new ActionContext(actor, reason, from, id);
        Optional<WatchRecord> stopped =
                watching.map(watch -> watch.with(watch.state().ended(WatchOutcome.ROLLED_BACK)));
        LOG.warn(
                "rollback by hand actor={} from={} to={} reason=\"{}\"",
                SafeText.logged(actor.name()),
                from.map(workers.service()::shown).orElse("none"),
                workers.service().shown(to),
                SafeText.logged(reason));
        ActionStepRunner steps = rollbackActions.begin();
        boolean restored = steps.run(rollbackActions.restore(
                actionContext,
                change -> stopped.map(watch -> watchWriter.records(
                                stopped, List.of(CurrentWatch.stopEntry(watch, "rollback by hand"))))
                        .orElse(List.of())));
        if (!restored) {
            throw failed(actionContext, to, steps);
        }
        stopped.ifPresentOrElse(
                watch -> watchController.ended(watch, "rollback by hand"), watchController::verifyRollbackByHand);
        steps.run(List.of(rollbackActions.probeRestored(), rollbackActions.disposeReplaced()));
        boolean verified = steps.done(RollbackActions.PROBE);
        ObjectNode executed = executed(actionContext, to, steps).put("verified", verified);
        MonitorPolicy policy = settings.inForce().current();
        ObjectNode decision = DecisionAuditJson.ofPerson(
                "Manual rollback: " + reason,
                from.orElse("none"),
                watching.map(WatchRecord::state),
                policy,
                clock.instant());
        failures.add(decision, from.orElse("none"), FailureReportLimits.DECISION);
        DecisionFailureEvidence.copy(decision, executed);
        watchWriter.write(
                stopped,
                List.of(
                        DecisionAuditJson.entry(DecisionAction.ROLLBACK, actor, id, decision, steps.outcomes()),
                        new NewAuditEvent(AuditKind.ROLLBACK_EXECUTED, actor, id, Optional.empty(), executed)));
        monitorEvents.publish(EventType.ROLLBACK_EXECUTED, id, executed);
        return new RollbackResult(/* rolledBack= */ true, from, to, Optional.of(verified), steps.outcomes(), List.of());
    }

    private ActionRefusedException failed(ActionContext actionContext, String to, ActionStepRunner steps) {
        String why = steps.failure().map(ActionStepOutcome::detail).orElse("unknown");
        ObjectNode failed = executed(actionContext, to, steps).put("failure", why);
        failures.add(failed, actionContext.worker().orElse("none"), FailureReportLimits.BRIEF);
        watchWriter.write(
                Optional.empty(),
                List.of(new NewAuditEvent(
                        AuditKind.ROLLBACK_FAILED,
                        actionContext.actor(),
                        actionContext.promotionId(),
                        Optional.empty(),
                        failed)));
        monitorEvents.publish(EventType.ROLLBACK_FAILED, actionContext.promotionId(), failed);
        return new ActionRefusedException("the rollback to " + to + " was not done: " + why
                + "; the active worker is as it was. To be safe at once, engage the kill switch with"
                + " kill_switch_engage");
    }

    private static ObjectNode executed(ActionContext actionContext, String to, ActionStepRunner steps) {
        ObjectNode node = MonitorJson.object()
                .put("automatic", false)
                .put("reason", actionContext.reason())
                .put("actor", actionContext.actor().name())
                .put("worker", actionContext.worker().orElse("none"))
                .put("active", to);
        node.set("actions", DecisionAuditJson.actions(steps.outcomes()));
        return node;
    }

    WorkerView startCanary(Actor actor, Supplier<WorkerView> start) {
        try {
            WorkerView canary = start.get();
            write(AuditKind.WORKER_STARTED, actor, payload(canary));
            return canary;
        } catch (WorkerActionRefusedException e) {
            throw new ActionRefusedException(e.reason(), e);
        }
    }

    WorkerView stopCanary(Actor actor, String reason) {
        WorkerView canary = workers.view()
                .canary()
                .orElseThrow(
                        () -> new ActionRefusedException("there is no canary to stop; worker_start_canary starts one"));
        workers.stopCanary();
        write(AuditKind.WORKER_STOPPED, actor, payload(canary).put("reason", reason));
        return canary;
    }

    private static ObjectNode payload(WorkerView canary) {
        ObjectNode payload = MonitorJson.object()
                .put("worker", canary.label())
                .put("role", canary.role().wireName());
        canary.pid().ifPresent(pid -> payload.put("pid", pid));
        canary.process().urls().forEach(url -> payload.withArray("urls").add(url));
        return payload;
    }

    private void write(AuditKind kind, Actor actor, ObjectNode payload) {
        watchWriter.write(Optional.empty(), List.of(NewAuditEvent.of(kind, actor, payload)));
    }

    private static String suffix() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt(), 6);
    }
}
