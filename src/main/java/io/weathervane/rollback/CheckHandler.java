package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.failure.FailureReportLimits;
import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.CheckResult;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.RuleKind;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.observation.CheckObservationCollector.Seen;
import io.weathervane.policy.MonitorMode;
import io.weathervane.rollback.DecisionExecutor.Decided;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import io.weathervane.util.SafeText;
import io.weathervane.util.SteadyClock;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Pending;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Decides on what a check saw, and records or acts on the decision. */
final class CheckHandler {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final WorkerManager workers;
    private final DecisionFailureEvidence failures;
    private final CurrentWatch current;
    private final DecisionExecutor decisionExecutor;
    private final DeferredWatchWriter watchWriter;
    private final MonitorEventPublisher monitorEvents;
    private final Function<WatchState, String> missingProbes;
    private final MonitorSettings settings;
    private final Clock clock;
    private final SteadyClock steady;

    CheckHandler(
            MonitorContext context,
            CurrentWatch current,
            DecisionExecutor decisionExecutor,
            DeferredWatchWriter watchWriter,
            MonitorEventPublisher monitorEvents,
            Function<WatchState, String> missingProbes) {
        this.workers = context.workers();
        this.failures = new DecisionFailureEvidence(workers::failures);
        this.current = current;
        this.decisionExecutor = decisionExecutor;
        this.watchWriter = watchWriter;
        this.monitorEvents = monitorEvents;
        this.missingProbes = missingProbes;
        this.settings = context.settings();
        this.clock = context.clock();
        this.steady = context.steady();
    }

    /** Called with the turn taken, and only while the watch is the one that this was seen for. */
    void decide(WatchRecord before, Seen seen, MonitorPolicy policy) {
        Instant now = steady.instant();
        MonitorMode mode = settings.inForce().mode();
        recordGap(before, policy, now);
        CheckResult step = MonitorStateMachine.next(before.state(), seen.observation(), policy, now);
        Decision decision = step.decision();
        WatchRecord after = before.with(step.state()).with(seen.baseline());
        boolean vetoed = step.state().veto().isPresent();
        noteVeto(after, before.state().veto().isPresent(), vetoed);
        current.decided(new LastDecision(decision, clock.instant()));
        logFailure(after, step.check());
        ObjectNode payload = DecisionAuditJson.ofCheck(decision, before.state(), step.state(), policy, mode);
        if (decision.action() != DecisionAction.HEALTHY) {
            failures.add(payload, step.state().worker(), FailureReportLimits.BRIEF);
        }
        if (decision.action().isDrastic() && mode == MonitorMode.ACT) {
            WatchRecord decided = after.pending(new Pending(decision.action(), payload));
            current.set(decided);
            monitorEvents.checked(decided, step.check(), decision);
            decisionExecutor.actOn(Decided.of(decided), List.of());
        } else {
            note(after, step, payload, vetoed && before.state().veto().isEmpty());
        }
    }

    /** What the promoted worker did while the previous one failed, too, is asked no longer once that is over. */
    private void noteVeto(WatchRecord after, boolean before, boolean now) {
        if (before && !now) {
            workers.sampleCalls(true);
            LOG.info("rollback no longer vetoed, calls are judged anew promotion={}", after.promotionId());
        }
        if (!after.state().running() || after.state().acted().isPresent()) {
            workers.sampleCalls(false);
        }
    }

    private String missing(WatchState ended) {
        return ended.outcome() == WatchOutcome.INCONCLUSIVE ? missingProbes.apply(ended) : "";
    }

    /**
     * Records a decision that nothing is done about.
     *
     * @param vetoes whether it is the first not to roll back because the previous worker fails, too
     */
    private void note(WatchRecord after, CheckResult step, ObjectNode payload, boolean vetoes) {
        DecisionAction action = step.decision().action();
        List<NewAuditEvent> entries = new ArrayList<>();
        boolean pages = vetoes || (!after.paged() && isDegradation(step.decision()));
        boolean over = !after.state().running();
        if (pages || over) {
            failures.add(payload, after.state().worker(), FailureReportLimits.DECISION);
        }
        Decided decided = new Decided(action, Optional.of(after), after.state().worker(), payload);
        entries.add(decided.entry(decisionExecutor.wouldHave(decided)));
        String why = "the window is over";
        if (over) {
            NewAuditEvent stop = CurrentWatch.stopEntry(
                    after, why, WatchEndText.reason(after.state(), step.decision()) + missing(after.state()));
            DecisionFailureEvidence.copy(payload, stop.payload());
            entries.add(stop);
        } else if (pages) {
            NewAuditEvent page = degraded(after, step.decision(), vetoes);
            DecisionFailureEvidence.copy(payload, page.payload());
            entries.add(page);
        }
        WatchRecord noted = pages ? after.withPaged() : after;
        current.set(noted);
        if (over || action != DecisionAction.HEALTHY) {
            watchWriter.write(Optional.of(noted), entries);
        } else {
            watchWriter.writeUneventful(noted, entries);
        }
        if (vetoes) {
            LOG.error(
                    "no rollback, the previous release fails too promotion={} reason=\"{}\"",
                    after.promotionId(),
                    SafeText.logged(step.decision().reason()));
        }
        if (action.isDrastic()) {
            LOG.warn(
                    "observe mode: would {} promotion={} reason=\"{}\"",
                    action.wireName(),
                    after.promotionId(),
                    SafeText.logged(step.decision().reason()));
        }
        monitorEvents.checked(after, step.check(), step.decision());
        if (over) {
            current.announceStop(after, why);
        }
    }

    /** A part or a share that got worse for sure: on-call should know before the watch ends. */
    private static boolean isDegradation(Decision decision) {
        return decision.action() == DecisionAction.DEGRADE
                && decision.conditions().stream()
                        .anyMatch(condition -> condition.unit() == RuleCondition.Unit.EVIDENCE
                                && condition.holds()
                                && condition.rule() != RuleKind.HIGH_ERROR_RATE);
    }

    private static NewAuditEvent degraded(WatchRecord on, Decision decision, boolean vetoes) {
        ObjectNode payload = MonitorJson.object()
                .put("reason", decision.reason())
                .put("worker", on.state().worker());
        if (vetoes) {
            payload.put("rollbackVetoed", true);
        }
        return NewAuditEvent.forPromotion(AuditKind.RELEASE_DEGRADED, Actor.SYSTEM, on.promotionId(), payload);
    }

    /** One look at the worker that an action brought back. Called with the turn taken. */
    void lookBack(WatchRecord before, Seen seen, MonitorPolicy policy) {
        WatchRecord after = RestoredWorkerVerifier.next(before, seen.observation(), policy, steady.instant())
                .with(seen.baseline());
        List<NewAuditEvent> pages = RestoredWorkerVerifier.newPages(before, after);
        pages.forEach(event ->
                failures.add(event.payload(), event.payload().path("worker").asString(), FailureReportLimits.BRIEF));
        pages.forEach(event -> LOG.error(
                "{} promotion={}",
                SafeText.logged(event.payload().path("reason").asString()),
                after.promotionId()));
        current.set(after);
        if (pages.isEmpty()) {
            watchWriter.writeUneventful(after, pages);
        } else {
            watchWriter.write(Optional.of(after), pages);
        }
    }

    /** Records that the monitor did not look for longer than two intervals. */
    void recordGap(WatchRecord before, MonitorPolicy policy, Instant now) {
        Instant from = before.state().schedule().lastCheckAt();
        if (now.isBefore(from)) {
            Duration back = Duration.between(now, from);
            LOG.warn(
                    "monitoring gap promotion={} of unknown length, the clock was set back by at least {}",
                    before.promotionId(),
                    back);
            record(before, gap(from, now, policy).putNull("gapMs").put("clockSetBackMs", back.toMillis()));
        }
        MonitorStateMachine.gap(before.state(), policy, now).ifPresent(gap -> {
            LOG.warn("monitoring gap promotion={} no check for {}", before.promotionId(), gap);
            record(before, gap(from, now, policy).put("gapMs", gap.toMillis()));
        });
    }

    private static ObjectNode gap(Instant from, Instant to, MonitorPolicy policy) {
        return MonitorJson.object()
                .put("from", from.toString())
                .put("to", to.toString())
                .put("checkIntervalMs", policy.checkInterval().toMillis());
    }

    private void record(WatchRecord before, ObjectNode gap) {
        watchWriter.write(
                Optional.empty(),
                List.of(NewAuditEvent.forPromotion(AuditKind.MONITORING_GAP, Actor.SYSTEM, before.promotionId(), gap)));
    }

    private void logFailure(WatchRecord after, CheckRecord check) {
        if (check.failed()) {
            LOG.warn(
                    "health check failed worker={} promotion={} verdict={} detail=\"{}\"",
                    workers.service().shown(after.state().worker()),
                    after.promotionId(),
                    check.verdict().wireName(),
                    SafeText.logged(check.detail()));
        }
    }
}
