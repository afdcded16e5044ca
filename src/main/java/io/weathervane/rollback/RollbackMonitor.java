package io.weathervane.rollback;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditLog;
import io.weathervane.baseline.ActiveReleaseErrorSummary;
import io.weathervane.baseline.ReleaseRecorder;
import io.weathervane.baseline.ServedCallsSource;
import io.weathervane.core.ServerContext;
import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.flags.KillSwitchResetResult;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.WatchState;
import io.weathervane.observation.CheckObservationCollector;
import io.weathervane.observation.ExternalSources;
import io.weathervane.observation.SignalSource;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.policy.PolicyResolver;
import io.weathervane.policy.WatchSettings;
import io.weathervane.probe.PreviousWorkerReplayer;
import io.weathervane.probe.WatchProber;
import io.weathervane.reset.ResetPreconditionResult;
import io.weathervane.reset.ResetPreconditions;
import io.weathervane.rollback.MonitorStatus.LastDecision;
import io.weathervane.store.Database;
import io.weathervane.util.SteadyClock;
import io.weathervane.watch.StoredWatchText;
import io.weathervane.watch.WatchRecord;
import io.weathervane.watch.WatchStore;
import io.weathervane.worker.CanaryStartCancellation;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerView;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Watches the active worker after each promotion, and rolls back or escalates by itself. Promotions and rollbacks by
 * hand go through here too, so that they and the automatic ones never act at the same time.
 */
public final class RollbackMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private final WorkerManager workers;
    private final MonitorSettings settings;
    private final Clock clock;
    private final WatchStore watches;
    private final DeferredWatchWriter watchWriter;
    private final WatchController watchController;
    private final OperatorActionService operatorActions;
    private final DecisionExplainer explainer;
    private final KillSwitchResetter killSwitch;
    private final MonitorMessages messages;
    private final OrchestrationMetricsFile metrics;
    private final MetricsFileSchedule metricsSchedule = new MetricsFileSchedule();
    private final CheckLoop loop;
    private final SteadyClock steady;
    private final SignalSource signals;
    private final WatchProber prober;
    private final ReleaseRecorder releases;

    /** Prepares the monitor's tables, and hears of worker exits from now on: they are handled once it has started. */
    public RollbackMonitor(
            ServerContext serverContext,
            LiveFlags flags,
            WorkerManager workers,
            WatchSettings settings,
            ExternalSources sources) {
        Database database = serverContext.database();
        AuditLog audit = serverContext.audit();
        this.workers = workers;
        this.settings = new MonitorSettings(settings, workers, sources.signals());
        this.prober = new WatchProber(workers, () -> settings.inForce().config().probes(), serverContext.ticker());
        this.signals = sources.signals();
        this.clock = serverContext.clock();
        this.steady = new SteadyClock(clock, serverContext.ticker());
        this.watches = new WatchStore(database, workers.service(), clock);
        this.watchWriter = new DeferredWatchWriter(database, audit, watches);
        this.explainer = new DecisionExplainer(audit);
        this.metrics = new OrchestrationMetricsFile(
                serverContext.workspace().analytics(), workers.service(), sources.rows()::isOfFirstService);
        this.releases = new ReleaseRecorder(
                database, workers.service(), ServedCallsSource.of(workers), clock, serverContext.ticker());
        MonitorEventPublisher monitorEvents = new MonitorEventPublisher(serverContext.events(), clock);
        RollbackActions rollbackActions = new RollbackActions(
                workers,
                new RollbackActions.KillSwitch(
                        (why, actor, promotion) -> flags.engage(why, actor, promotion, audit.service()),
                        () -> flags.snapshot().killSwitchEngaged()),
                audit::deferred,
                serverContext.ticker());
        MonitorContext context = new MonitorContext(workers, flags, this.settings, clock, steady);
        this.watchController = new WatchController(
                context,
                new CheckObservationCollector(workers, sources.rows(), signals, prober),
                new PreviousWorkerReplayer(
                        workers,
                        prober,
                        serverContext.ticker(),
                        () -> settings.inForce().config().replayBeforeRollback()),
                rollbackActions,
                watchWriter,
                monitorEvents);
        this.operatorActions = new OperatorActionService(
                context,
                new PromotionRecorder(audit, watches, sources.rows(), clock, releases),
                watchController,
                rollbackActions,
                watchWriter,
                monitorEvents);
        this.killSwitch = new KillSwitchResetter(
                flags,
                workers,
                new ResetPreconditions(audit, watchController::trouble, clock),
                clock,
                serverContext.ticker());
        this.messages = new MonitorMessages(flags, this.settings, sources, prober, releases, watchController);
        this.loop = new CheckLoop(
                workers.service(), watchController, this::updateBetweenChecks, steady, serverContext.ticker());
        workers.onUnexpectedExit(exit -> {
            loop.workerExited(exit);
            releases.wake(); // what takes its place may run other files
        });
    }

    /** The service that it watches. */
    public ServiceName service() {
        return workers.service();
    }

    /** Notes for an operator that are no trouble of this server: rows of others that have no effect. */
    public List<String> notes() {
        return messages.notes();
    }

    /** Takes up a watch that was left open, finishes what was decided and not done, and begins to check. */
    public void start() {
        explainer
                .newest()
                .ifPresent(event ->
                        watchController.recall(new LastDecision(DecisionExplainer.decisionOf(event), event.at())));
        watches.newest().ifPresent(watchController::resume);
        watchController.watch().ifPresent(this::recallSignals);
        PolicyResolver first = settings.inForce();
        LOG.info(
                "RollbackMonitor started mode={} checkInterval={} gracePeriod={} errorRateThreshold={}{}",
                first.mode().wireName(),
                first.current().checkInterval(),
                first.current().gracePeriod(),
                first.current().errorRateThreshold(),
                workers.service().logged());
        loop.start();
        releases.start();
    }

    private void recallSignals(WatchRecord left) {
        left.state()
                .window(1)
                .forEach(check -> signals.recall(check.observation().signals(), steady.instant()));
    }

    /** The last known values of the signals from outside. */
    public List<SignalReading> signals() {
        return signals.readings(steady.instant());
    }

    /** Size of a watch in this state in the database, in bytes; it is written with each check. */
    public static int storedBytes(WatchState state) {
        WatchRecord watch = new WatchRecord(state, Optional.empty(), WatchRecord.Baseline.zero(0));
        return StoredWatchText.bytes(StoredWatchText.of(watch));
    }

    /** The thresholds in force. */
    public MonitorPolicy policy() {
        return settings.inForce().current();
    }

    /** The monitor as it is now. */
    public MonitorStatus status() {
        Optional<WatchRecord> watch = watchController.watch();
        PolicyResolver inForce = settings.inForce();
        MonitorPolicy policy = inForce.current();
        Instant now = steady.instant();
        Instant wall = clock.instant();
        return new MonitorStatus(
                stateName(watch),
                watchController.inProgress(),
                watch.map(on -> MonitorStatus.Watch.of(on, policy, now, wall)),
                watchController.lastDecision(),
                new MonitorStatus.Settings(
                        inForce.mode(), policy, inForce.sources(), baselineNow().text()),
                warnings());
    }

    private static String stateName(Optional<WatchRecord> watch) {
        if (watch.isEmpty()) {
            return "idle";
        }
        if (watch.get().pending().isPresent()) {
            return "acting";
        }
        return watch.get().state().running() ? "watching" : "ended";
    }

    /** Problems with the calls, for the health. */
    public List<String> problems() {
        return messages.problems();
    }

    /** Words about the probes that this watch lacked which ended without knowing enough. */
    public String missingProbes(MonitorStatus ended) {
        return prober.missing(ended.promotionId().orElse(""), ended.callersCalls(), ended.probes());
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>(notes());
        warnings.addAll(problems());
        if (watchWriter.behind()) {
            warnings.addAll(watchWriter.notes());
        }
        return warnings;
    }

    /**
     * Makes the canary the active worker and begins to watch it.
     *
     * @throws ActionRefusedException while the kill switch is on, without a living, healthy canary, or while something
     *     else is being carried out
     */
    public PromotionResult promote(Actor actor, String reason, ChangeApproval approval) {
        PromotionResult result = operatorActions.promote(actor, reason, approval);
        loop.wake();
        releases.wake();
        return result;
    }

    /**
     * Record of the active release's calls up to now, with which the next one is compared. Waits, for a limited time,
     * for what earlier servers counted.
     */
    public BaselineRecord baseline() {
        releases.awaitRead();
        return baselineNow();
    }

    /** Error rate of the active release's newest calls; waits like {@link #baseline}. */
    public ActiveReleaseErrorSummary activeErrorRate() {
        releases.awaitRead();
        return ActiveReleaseErrorSummary.of(
                workers, releases, settings.inForce().current());
    }

    private BaselineRecord baselineNow() {
        return releases.ofActive(workers.view().active().map(WorkerView::label));
    }

    /** Result that {@link #promote} would have; nothing changes. */
    public PromotionResult promotionPlan() {
        return operatorActions.plan();
    }

    /**
     * Fingerprint of what {@link #promote} would run, to which an approval of it is bound.
     *
     * @throws ActionRefusedException without a living canary
     */
    public ReleaseFingerprint candidate() {
        return operatorActions.candidate();
    }

    /**
     * Brings back the previous worker at a person's request; the kill switch stays as it is.
     *
     * @throws ActionRefusedException without a healthy previous worker, or while something else is being carried out
     */
    public RollbackResult rollback(Actor actor, String reason) {
        RollbackResult result = operatorActions.rollback(actor, reason);
        loop.wake();
        releases.wake();
        return result;
    }

    /** Result that {@link #rollback} would have; nothing changes. */
    public RollbackResult rollbackPlan() {
        return operatorActions.rollbackPlan();
    }

    /** Starts a release beside the active worker. */
    public WorkerView startCanary(Actor actor, String release) {
        return operatorActions.startCanary(actor, () -> workers.startCanary(release));
    }

    /**
     * The same, with any release, also one that the configuration does not name.
     *
     * @param starts by which the start can be ended
     */
    public WorkerView startCanary(Actor actor, WorkerRelease release, CanaryStartCancellation starts) {
        return operatorActions.startCanary(actor, () -> workers.startCanary(release, starts));
    }

    /**
     * Stops the canary; the active worker is not touched.
     *
     * @throws ActionRefusedException when there is none
     */
    public WorkerView stopCanary(Actor actor, String reason) {
        return operatorActions.stopCanary(actor, reason);
    }

    /** Preconditions of a reset of the kill switch. */
    public List<ResetPreconditionResult> preconditions(Optional<String> fixReference) {
        return killSwitch.preconditions(fixReference);
    }

    /**
     * Record of the recent failed calls, to be written at the end.
     *
     * @throws io.weathervane.store.StoreException when that cannot be found out
     */
    public ObjectNode recordAtTheEnd() {
        return killSwitch.recordAtTheEnd();
    }

    /**
     * Refuses a reset while something should hold and does not.
     *
     * @throws ActionRefusedException naming the preconditions that do not hold
     */
    public void requireMet(List<ResetPreconditionResult> preconditions) {
        KillSwitchResetter.requireMet(preconditions);
    }

    /**
     * Turns the kill switch off when every precondition holds, or when forced to.
     *
     * @throws ActionRefusedException naming the preconditions that do not hold
     */
    public KillSwitchResetResult resetKillSwitch(
            String reason, Actor actor, Optional<String> fixReference, boolean force, ChangeApproval approval) {
        return resetKillSwitch(reason, actor, fixReference, force, approval, List.of());
    }

    /**
     * The same for a server with several services.
     *
     * @param others what should hold of the other services, as it is now: the approval covers them, too
     */
    public KillSwitchResetResult resetKillSwitch(
            String reason,
            Actor actor,
            Optional<String> fixReference,
            boolean force,
            ChangeApproval approval,
            List<ResetPreconditionResult> others) {
        return killSwitch.reset(new KillSwitchResetter.Request(reason, actor, fixReference, force, approval), others);
    }

    /** On the loop's thread, after each check and about once a second. */
    private void updateBetweenChecks() {
        Instant now = clock.instant();
        watchController.verifyAction();
        if (settings.areWaiting()) {
            watchController.betweenWatches(() -> settings.adopt(settings.newest()));
        }
        killSwitch.look();
        Optional<WatchRecord> watch = watchController.watch();
        signals.watch(watch.filter(WatchRecord::watching).isPresent());
        prober.watch(watch);
        if (metricsSchedule.isDue(watch, now)) {
            metricsSchedule.written(watch, now);
            metrics.write(status(), workers.tallyOfActive(), now);
        }
    }

    /**
     * Checks settings of a configuration that was read again; what is returned puts them in force, cannot fail and waits for
     * nothing: at once when no watch is on, else when the watch is over.
     *
     * @param toolErrors how tool results with {@code isError: true} count
     * @throws io.weathervane.policy.InvalidThresholdException when something is out of range
     */
    public Runnable prepare(MonitorConfig config, ToolErrorPolicy toolErrors) {
        Runnable replacement = settings.prepare(config, toolErrors);
        return () -> {
            replacement.run();
            loop.wake();
        };
    }

    /** Whether a watch is on, which goes by the settings that it began with. */
    public boolean isWatching() {
        return watchController.watch().flatMap(WatchRecord::due).isPresent();
    }

    /** The workers are about to be ended: from now on nothing is decided by what is seen of them. Does not wait. */
    public void prepareToClose() {
        killSwitch.lookLast();
        prober.close();
        releases.prepareToClose();
        loop.prepareToClose();
    }

    /** Stops checking. An open watch is resumed by the next start. */
    @Override
    public void close() {
        prepareToClose();
        loop.close();
        releases.close();
    }
}
