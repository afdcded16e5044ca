package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.shadow.ShadowComparisonRunner;
import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.upgrade.StepOutcome.Suspended;
import io.weathervane.util.Redactor;
import io.weathervane.util.RefusedException;
import io.weathervane.util.SteadyClock;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.CanaryStartCancellation;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one upgrade: performs each step, asks {@link UpgradeStateMachine} what comes next, and records it. It runs on one
 * thread; other threads read its state and may cancel it.
 */
final class UpgradeRunner implements Runnable {
    /** How long the canary waits for the approval of its promotion. */
    static final Duration APPROVAL_LIMIT = Duration.ofMinutes(30);

    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    private final UpgradeDependencies dependencies;
    private final UpgradeRecorder recorder;
    private final UpgradeLock lock;
    private final BuildProcessRegistry buildProcesses;
    private final UpgradeDirectory directory;
    private final CancellationToken cancellation = new CancellationToken();
    private final CanaryStartCancellation starts = new CanaryStartCancellation();
    private final AbortConditions abortConditions;
    private final UpgradeRecordFiles files;
    private volatile Upgrade now;
    private volatile String activity = "";
    private final UpgradeProgramResolver programs;
    private final ProgramGuard guard;
    private final ApprovedPromotion promotion;
    private volatile Optional<WriteReceipt> newest = Optional.empty();
    private Optional<String> promotionId = Optional.empty();

    /** @param approvedProgram what the approver agreed to before it began */
    UpgradeRunner(
            UpgradeDependencies dependencies,
            UpgradeRecorder recorder,
            UpgradeLock lock,
            BuildProcessRegistry buildProcesses,
            Upgrade first,
            Optional<ApprovedProgram> approvedProgram) {
        this.dependencies = dependencies;
        this.recorder = recorder;
        this.lock = lock;
        this.buildProcesses = buildProcesses;
        this.directory = new UpgradeDirectory(
                dependencies.serverContext().workspace().upgrades().resolve(first.id()));
        this.abortConditions = new AbortConditions(cancellation, dependencies.flags(), dependencies.workers());
        this.files = new UpgradeRecordFiles(directory, first.unwrittenRecords());
        this.now = first;
        this.programs = new UpgradeProgramResolver(dependencies);
        this.guard = new ProgramGuard(programs, approvedProgram);
        this.promotion =
                new ApprovedPromotion(dependencies, recorder.store(), cancellation, programs, guard, approvedProgram);
    }

    UpgradeView view() {
        Upgrade last = now;
        Upgrade seen =
                last.status() == UpgradeState.WAITING && promotion.approval().isPresent() ? last.goingOn() : last;
        boolean durable = newest.map(WriteReceipt::isDone).orElse(true);
        return new UpgradeView(
                seen, seen.status().ended() ? "" : activity, directory.path(), directory.records(), durable);
    }

    boolean ended() {
        return now.status().ended();
    }

    /** Whether it waits for an approval that has not come yet. */
    boolean waits() {
        return now.status() == UpgradeState.WAITING && promotion.approval().isEmpty();
    }

    /** @throws UpgradeRefusedException when the canary's files are not as they were at its start */
    void refuseChanged() {
        guard.refuseChanged(now);
    }

    /** What its promotion would run, by the configuration that it began with. */
    UpgradeCommandsFingerprint promotion(Upgrade waiting) {
        return programs.of(waiting.forPromotion());
    }

    /** Hands over the approval that the upgrade waits for. */
    void allow(ChangeApproval given) {
        promotion.approve(given);
        cancellation.wake();
    }

    /** The request is known before the start is ended: whatever fails from then on fails because of it. */
    void abort(String why) {
        cancellation.ask(why);
        starts.end();
    }

    /** The server ends: what can be taken up again stays open, everything else is aborted. */
    void close() {
        cancellation.close();
        starts.end();
    }

    /** A worker ended, or something else that the step may want to know. */
    void wake() {
        cancellation.wake();
    }

    @Override
    public void run() {
        while (!now.status().ended()) {
            StepOutcome outcome = perform();
            if (outcome instanceof Suspended) {
                LOG.info("upgrade={} {}", now.id(), outcome.detail());
                return;
            }
            move(outcome);
        }
    }

    private StepOutcome perform() {
        UpgradeStepKind step = now.step();
        LOG.info("upgrade={} step={} to={}", now.id(), step.wireName(), now.to());
        try {
            return work(step).run(context());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed("interrupted");
        } catch (IOException | RefusedException | StoreException e) {
            return afterFailure(step, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("upgrade={} step={} failed", now.id(), step.wireName(), e);
            return afterFailure(step, e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private StepContext context() {
        return new StepContext(now, directory, cancellation, abortConditions, files, this::reportActivity);
    }

    /**
     * A promotion that is in the database has happened, whatever went wrong after it. The request to end the upgrade is
     * named rather than what failed because of it.
     */
    private StepOutcome afterFailure(UpgradeStepKind step, String why) {
        if (step == UpgradeStepKind.PROMOTE && promotion.isCommitted()) {
            promotionId = dependencies.monitor().status().promotionId();
            return new Passed("promoted, but: " + why);
        }
        Optional<String> asked = cancellation.why();
        asked.ifPresent(request -> LOG.info("upgrade={} step={} gave way: {}", now.id(), step.wireName(), why));
        return new Failed(asked.orElse(why));
    }

    private ExecutableStep work(UpgradeStepKind step) {
        UpgradeRequest request = now.request();
        return switch (step) {
            case PREFLIGHT -> new PreflightStep(dependencies, buildProcesses, this::candidate);
            case BUILD -> this::build;
            case TEST ->
                context -> {
                    guard.beforeTest(now);
                    return script("test", request.staging().test()).run(context);
                };
            case CANARY ->
                context -> {
                    guard.beforeCanary(now);
                    return new StartCanaryStep(dependencies.monitor(), starts, this::candidate).run(context);
                };
            case SHADOW ->
                new ShadowStep(
                        new ShadowComparisonRunner(
                                Redactor::clean,
                                dependencies.serverContext().clock(),
                                dependencies.serverContext().ticker()),
                        dependencies.config().shadow(),
                        dependencies.workers(),
                        dependencies.comparison());
            case APPROVAL -> this::awaitApproval;
            case RESTART -> this::restart;
            case WEIGHT ->
                new CanaryTrafficStep(
                        dependencies.workers(),
                        dependencies.monitor()::policy,
                        dependencies.monitor()::baseline,
                        new SteadyClock(
                                dependencies.serverContext().clock(),
                                dependencies.serverContext().ticker()),
                        now.weight().orElseThrow());
            case PROMOTE ->
                new PromoteStep(
                        dependencies.monitor(),
                        dependencies.comparison(),
                        promotion.recorded(now),
                        id -> promotionId = Optional.of(id));
            case WATCH -> new WatchStep(dependencies.monitor());
        };
    }

    private StepOutcome build(StepContext context) throws IOException, InterruptedException {
        guard.beforeBuild(now);
        StepOutcome outcome = script("build", now.request().staging().build()).run(context);
        guard.afterBuild(now);
        return outcome;
    }

    private BuildOrTestStep script(String what, Optional<String> script) {
        return new BuildOrTestStep(
                what,
                script.orElseThrow(),
                dependencies.serverContext().workspace().root(),
                buildProcesses,
                dependencies.serverContext().ticker(),
                dependencies
                        .workers()
                        .releaseOf(Role.ACTIVE)
                        .map(WorkerRelease::inheritance)
                        .orElseGet(InheritedEnvironment::none));
    }

    private WorkerRelease candidate(StepContext context) {
        return programs.candidate(context.upgrade());
    }

    private StepOutcome awaitApproval(StepContext context) throws InterruptedException {
        context.reportActivity("the shadow comparison passed; waiting for approval to promote " + now.to());
        Stopwatch time = new Stopwatch(dependencies.serverContext().ticker(), APPROVAL_LIMIT);
        while (promotion.approval().isEmpty()) {
            Optional<String> problem = context.problem();
            if (problem.isPresent()) {
                return new Failed(problem.get());
            }
            if (time.passed()) {
                return new Failed("no approval to promote came within " + APPROVAL_LIMIT.toMinutes() + " minutes");
            }
            context.pause(StepContext.LOOK);
        }
        return new Passed("approved by "
                + promotion.approval().map(ChangeApproval::approver).orElseThrow());
    }

    /** From here on the canary gets real calls, so what was approved is compared, or the approval taken, now. */
    private StepOutcome restart(StepContext context) throws IOException, InterruptedException {
        Optional<String> problem = context.problem();
        if (problem.isPresent()) {
            return new Failed(problem.get());
        }
        now = promotion.agree(now);
        promotion.fix(now);
        return new RestartCanaryStep(dependencies.monitor(), starts, dependencies.monitor()::policy, this::candidate)
                .run(context());
    }

    private void move(StepOutcome outcome) {
        Upgrade next = UpgradeStateMachine.next(
                now, outcome, dependencies.serverContext().clock().instant());
        if (promotionId.isPresent()) {
            next = next.promotedAs(promotionId.get());
        }
        LOG.info("upgrade={} step={} outcome=\"{}\"", now.id(), now.step().wireName(), outcome.detail());
        if (next.status().ended()) {
            finish(next);
            return;
        }
        Optional<String> unrecorded = record(next);
        now = next;
        recorder.publish(next);
        if (unrecorded.isPresent() && !next.isPromoted()) {
            move(new Failed(unrecorded.get()));
        }
    }

    /** A step is taken only when it is known, here and to the next server, that the one before it is over. */
    private Optional<String> record(Upgrade next) {
        WriteReceipt receipt = recorder.stepped(next);
        newest = Optional.of(receipt);
        try {
            files.writeSteps(next);
        } catch (IOException e) {
            return unrecorded(e.getMessage());
        }
        if (next.isPromoted()) {
            boolean unused = receipt.promptly();
            return Optional.empty();
        }
        return RequiredRecordWait.await(receipt, dependencies.serverContext().ticker(), cancellation::why)
                .flatMap(why -> cancellation.why().or(() -> unrecorded(why)));
    }

    private Optional<String> unrecorded(@Nullable String why) {
        String problem = "that the step " + now.step().wireName() + " is over could not be recorded: " + why;
        LOG.error("upgrade={} {}", now.id(), problem);
        return Optional.of(problem);
    }

    /** The last step: nothing stays behind, and what is said of it is what was done. */
    private void finish(Upgrade ended) {
        activity = "cleaning up";
        List<String> problems = new UpgradeCleanup(dependencies.workers(), dependencies.monitor())
                .after(ended, directory, abortConditions);
        Upgrade cleaned = problems.isEmpty()
                ? ended
                : ended.ended(
                        ended.status(),
                        ended.reason().orElse("") + "; " + String.join("; ", problems),
                        dependencies.serverContext().clock().instant());
        files.tryWriteSteps(cleaned);
        files.tryWriteReport(cleaned);
        Upgrade known = cleaned.withUnwrittenRecords(files.unwritten());
        WriteReceipt receipt = recorder.ended(known);
        newest = Optional.of(receipt);
        boolean durable = receipt.promptly();
        if (!durable && !receipt.safely()) {
            LOG.error("the end of upgrade {} is neither in the database nor in its journal yet", ended.id());
        }
        release(ended.id());
        LOG.info(
                "upgrade={} status={} durable={} reason=\"{}\"",
                ended.id(),
                ended.status().wireName(),
                durable,
                ended.reason().orElse(""));
        now = known;
        recorder.publish(known);
    }

    private void release(String id) {
        try {
            lock.release(id);
        } catch (IOException e) {
            LOG.error("the lock of upgrade {} could not be removed; the next one writes over it", id, e);
        }
    }

    private void reportActivity(String what) {
        activity = what;
    }

    /** For an upgrade that an earlier server left: writes what has become of it. */
    void giveUp(Upgrade aborted) {
        finish(aborted);
    }

    /** For an upgrade that an earlier server left and this one goes on with: says so. */
    void publishResumed() {
        newest = Optional.of(recorder.stepped(now));
        recorder.publish(now);
        files.tryWriteSteps(now);
    }
}
