package io.weathervane.rollback;

import io.weathervane.failure.DecisionFailureEvidence;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorStateMachine;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.monitor.WatchState;
import io.weathervane.observation.CheckObservationCollector;
import io.weathervane.observation.CheckObservationCollector.Seen;
import io.weathervane.probe.PreviousWorkerReplayer;
import io.weathervane.rollback.DecisionExecutor.Decided;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import io.weathervane.util.SteadyClock;
import io.weathervane.watch.WatchRecord;
import io.weathervane.worker.UnexpectedWorkerExit;
import io.weathervane.worker.WorkerManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch over the newest promotion: taken up, checked, and acted on, one turn at a time.
 *
 * <p>The turn is held while something is decided and carried out. Looking at the worker takes long and is done without
 * it; what was seen counts only if the watch is still the one it was seen for.
 */
final class WatchController {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final WorkerManager workers;
    private final MonitorSettings settings;
    private final CheckObservationCollector collector;
    private final PreviousWorkerReplayer replayer;
    private final RollbackActions rollbackActions;
    private final Clock clock;
    private final SteadyClock steady;
    private final ActionLock actionLock;
    private final CurrentWatch current;
    private final DecisionExecutor decisionExecutor;
    private final CheckHandler checks;
    private final WorkerExitHandler workerExitHandler;
    private final DeferredWatchWriter watchWriter;
    private volatile boolean closing;

    WatchController(
            MonitorContext context,
            CheckObservationCollector collector,
            PreviousWorkerReplayer replayer,
            RollbackActions rollbackActions,
            DeferredWatchWriter watchWriter,
            MonitorEventPublisher monitorEvents) {
        this.workers = context.workers();
        this.settings = context.settings();
        this.collector = collector;
        this.replayer = replayer;
        this.rollbackActions = rollbackActions;
        this.watchWriter = watchWriter;
        this.clock = context.clock();
        this.steady = context.steady();
        this.actionLock = new ActionLock(monitorEvents::changed);
        this.current = new CurrentWatch(watchWriter, monitorEvents);
        DecisionFailureEvidence failures = new DecisionFailureEvidence(workers::failures);
        this.decisionExecutor = new DecisionExecutor(
                actionLock,
                rollbackActions,
                () -> settings.inForce().current().restoreOnEscalation(),
                current,
                failures);
        this.checks = new CheckHandler(
                context, current, decisionExecutor, watchWriter, monitorEvents, collector::missingProbes);
        this.workerExitHandler = new WorkerExitHandler(current, decisionExecutor, watchWriter, failures, context);
    }

    Optional<WatchRecord> watch() {
        return current.now();
    }

    Optional<LastDecision> lastDecision() {
        return current.lastDecision();
    }

    /** What an earlier server decided last. */
    void recall(LastDecision earlier) {
        current.decided(earlier);
    }

    /** What is being carried out at the moment. */
    Optional<String> inProgress() {
        return actionLock.inProgress();
    }

    /** Why the kill switch should stay as it is for now: something is carried out, or not well, or not recorded. */
    Optional<String> trouble() {
        return inProgress()
                .map(what -> what + " is being carried out")
                .or(this::troubledWatch)
                .or(() -> watchWriter.behind() ? Optional.of("records cannot be written") : Optional.empty());
    }

    private Optional<String> troubledWatch() {
        boolean degraded = lastDecision()
                .filter(last -> last.decision().action() != DecisionAction.HEALTHY)
                .isPresent();
        return watch().map(WatchRecord::state)
                .filter(WatchState::running)
                .filter(running -> degraded)
                .map(running -> "watching " + running.worker() + ", degraded");
    }

    /** Takes up the watch that an earlier server left. */
    void resume(WatchRecord left) {
        actionLock.take(() -> {
            steady.synchronize();
            if (left.watching()) {
                checks.recordGap(left, settings.inForce().current(), clock.instant());
            }
            WatchRecord on = resumed(left);
            current.set(on);
            if (on.watching()) {
                resumeWatching(on);
            }
        });
    }

    /** Carries out what an earlier server decided and did not finish. */
    void finishWhatWasDecided() {
        actionLock.take(() -> current.now()
                .filter(left -> left.pending().isPresent())
                .ifPresent(left -> {
                    LOG.warn("finishing what was decided before the restart promotion={}", left.promotionId());
                    decisionExecutor.actOn(Decided.of(left), List.of());
                }));
    }

    /** What was not watched meanwhile is watched now. */
    private WatchRecord resumed(WatchRecord left) {
        MonitorPolicy policy = settings.inForce().current();
        if (left.watching()) {
            return left.with(left.state().resumed(policy, steady.instant()));
        }
        return left.lookingBack() ? left.withAfter(left.after().orElseThrow().resumed(policy, steady.instant())) : left;
    }

    private void resumeWatching(WatchRecord left) {
        String active = rollbackActions.activeLabel();
        if (!active.equals(left.state().worker()) && !active.equals("none")) {
            current.stop(
                    left,
                    WatchOutcome.STOPPED,
                    "the active worker is " + active + " now, changed while the server was down");
            return;
        }
        count(left);
        Duration remaining =
                Duration.between(steady.instant(), left.state().schedule().deadline());
        LOG.info(
                "resuming post-promotion health monitoring promotion={} worker={} checks={} left={}",
                left.promotionId(),
                workers.service().shown(left.state().worker()),
                left.state().counters().checks(),
                remaining.isNegative() ? "none" : remaining);
    }

    /** Begins the watch over a promotion that is done and recorded. Called with the turn held, see {@link #exclusively}. */
    void begin(WatchRecord begun) {
        count(begun);
        current.begin(begun);
    }

    /** Keeps calls for a replay, and has those told apart that are slower than the previous worker's. */
    private void count(WatchRecord on) {
        BaselineRecord record = on.state().target().record();
        workers.sampleCalls(true);
        workers.expectTools(record.toolsThatWentWell());
        record.latency().ifPresent(latency -> workers.countSlowAbove(Duration.ofNanos(latency.limitNanos())));
    }

    /** Does it while no watch is on and nothing is decided or carried out; not at all when one is. */
    void betweenWatches(Runnable action) {
        actionLock.take(() -> {
            if (current.now().flatMap(WatchRecord::due).isEmpty()) {
                action.run();
            }
        });
    }

    /** Takes note that the watch was ended and recorded by the caller that holds the turn. */
    void ended(WatchRecord stopped, String why) {
        current.ended(stopped, why);
    }

    /**
     * Does what a person asked for, while nothing else is being carried out.
     *
     * @param what such as {@code a promotion}, for the one who comes second
     */
    <T> T exclusively(String what, Supplier<T> work) {
        return actionLock.exclusively(what, work);
    }

    /** One check, if a watch is on. */
    void check() {
        Optional<WatchRecord> before = current.now();
        if (before.flatMap(WatchRecord::due).isEmpty()) {
            return;
        }
        MonitorPolicy policy = settings.inForce().current();
        Seen seen = look(before.get(), policy);
        actionLock.take(() -> {
            if (!closing && current.now().equals(before)) {
                if (before.get().watching()) {
                    checks.decide(before.get(), seen, policy);
                } else {
                    checks.lookBack(before.get(), seen, policy);
                }
            }
        });
    }

    private Seen look(WatchRecord before, MonitorPolicy policy) {
        Seen seen = collector.look(before, policy, clock.instant());
        return before.watching() ? asked(before, collector.withSignals(seen, steady.instant()), policy) : seen;
    }

    /** With the answers of the previous worker, when they are needed to judge what was seen. */
    private Seen asked(WatchRecord before, Seen seen, MonitorPolicy policy) {
        return MonitorStateMachine.next(before.state(), seen.observation(), policy, steady.instant())
                .question()
                .map(question -> seen.with(replayer.ask(question)))
                .orElse(seen);
    }

    /** Begins to look at what an action came to, once it is done. */
    void verifyAction() {
        if (current.now().filter(this::isAftermathDue).isPresent()) {
            actionLock.take(() -> current.now().filter(this::isAftermathDue).ifPresent(this::beginToVerify));
        }
    }

    /**
     * Begins to look at the worker that a person brought back when the watch over the promotion had ended already. Called with
     * the turn held, see {@link #exclusively}.
     */
    void verifyRollbackByHand() {
        current.now().filter(on -> on.pending().isEmpty()).ifPresent(this::beginToVerify);
    }

    private void beginToVerify(WatchRecord on) {
        String active = rollbackActions.activeLabel();
        steady.synchronize();
        // The calls of a worker that was brought back are counted anew, those of one that stayed are not.
        WatchRecord.Baseline baseline = active.equals(on.state().worker())
                ? new WatchRecord.Baseline(on.baseline().details(), newestRow(on))
                : WatchRecord.Baseline.zero(newestRow(on));
        current.set(RestoredWorkerVerifier.begin(on, active, settings.inForce().current(), steady.instant())
                .with(baseline));
    }

    private boolean isAftermathDue(WatchRecord on) {
        return RestoredWorkerVerifier.isDue(on, rollbackActions.activeLabel());
    }

    /** Rows that led to the action say nothing of what came of it. */
    private static long newestRow(WatchRecord on) {
        return on.state().recent().stream()
                .flatMap(check -> check.observation().external().stream())
                .mapToLong(row -> row.rowId())
                .reduce(on.baseline().rowId(), Math::max);
    }

    /** A worker ended unasked. */
    void exited(UnexpectedWorkerExit exit) {
        actionLock.take(() -> workerExitHandler.handle(exit));
    }

    /** The workers are about to be ended: what is seen of them from now on is no reason to act. */
    void prepareToClose() {
        closing = true;
    }
}
