package io.weathervane.rollback;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.failure.FailureReportLimits;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.policy.MonitorMode;
import io.weathervane.policy.PolicyResolver;
import io.weathervane.rollback.DecisionExecutor.Decided;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import io.weathervane.watch.MonitorJson;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchRecord.Pending;
import io.weathervane.worker.Role;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.UnexpectedWorkerExit;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Records that a worker ended unasked, and acts when it was the active one. */
final class WorkerExitHandler {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final ServiceName service;
    private final CurrentWatch current;
    private final DecisionExecutor decisionExecutor;
    private final MonitorSettings settings;
    private final DeferredWatchWriter watchWriter;
    private final DecisionFailureEvidence failures;

    WorkerExitHandler(
            CurrentWatch current,
            DecisionExecutor decisionExecutor,
            DeferredWatchWriter watchWriter,
            DecisionFailureEvidence failures,
            MonitorContext context) {
        this.current = current;
        this.decisionExecutor = decisionExecutor;
        this.service = context.workers().service();
        this.settings = context.settings();
        this.watchWriter = watchWriter;
        this.failures = failures;
    }

    /** Called with the turn taken. */
    void handle(UnexpectedWorkerExit exit) {
        if (exit.role() == Role.ACTIVE) {
            activeExited(exit);
            return;
        }
        watchWriter.write(Optional.empty(), List.of(exitEntry(exit)));
        LOG.warn(
                "worker exited unexpectedly worker={} role={} exitCode={}",
                service.shown(exit.label()),
                exit.role().wireName(),
                exit.exitCode());
    }

    private void activeExited(UnexpectedWorkerExit exit) {
        Optional<WatchRecord> watching = current.now()
                .filter(WatchRecord::watching)
                .filter(on -> on.state().worker().equals(exit.label()));
        PolicyResolver inForce = settings.inForce();
        MonitorPolicy policy = inForce.current();
        MonitorMode mode = inForce.mode();
        Decision decision =
                MonitorStateMachine.workerExited(watching.map(WatchRecord::state), exit.label(), exit.exitCode());
        current.decided(new LastDecision(decision, exit.at()));
        ObjectNode payload = DecisionAuditJson.ofExit(
                decision, exit.label(), watching.map(WatchRecord::state), policy, exit.at(), mode);
        failures.add(payload, exit.label(), FailureReportLimits.DECISION);
        Optional<WatchRecord> acted =
                watching.map(on -> on.with(MonitorStateMachine.acted(on.state(), decision.action())));
        if (mode == MonitorMode.OBSERVE || !decision.action().isDrastic()) {
            acted.ifPresent(current::set);
            Decided observed = new Decided(decision.action(), acted, exit.label(), payload);
            watchWriter.write(acted, List.of(exitEntry(exit), observed.entry(decisionExecutor.wouldHave(observed))));
            return;
        }
        Optional<WatchRecord> decided = acted.map(on -> on.pending(new Pending(decision.action(), payload)));
        decided.ifPresent(current::set);
        decisionExecutor.actOn(
                new Decided(decision.action(), decided, exit.label(), payload), List.of(exitEntry(exit)));
    }

    private static NewAuditEvent exitEntry(UnexpectedWorkerExit exit) {
        ObjectNode payload = MonitorJson.object()
                .put("worker", exit.label())
                .put("role", exit.role().wireName())
                .put("exitCode", exit.exitCode())
                .put("willRestart", exit.willRestart());
        return NewAuditEvent.of(AuditKind.WORKER_EXITED, Actor.SYSTEM, payload);
    }
}
