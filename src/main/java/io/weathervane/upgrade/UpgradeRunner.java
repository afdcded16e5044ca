package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.jsonrpc.JsonRedactor;
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
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

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
    private final List<String> unwrittenRecords;
    private volatile Upgrade now;
    private volatile String activity = "";
    private final UpgradeProgramResolver programs;
    private final ProgramGuard guard;
    private final boolean promotionAgreed;
    private volatile Optional<ChangeApproval> approval = Optional.empty();
    private volatile Optional<WriteReceipt> newest = Optional.empty();
    private volatile boolean promotionCommitted;
    private Optional<String> promotionId = Optional.empty();

    /** What is promoted, from the restart on. */
    private String promotion = "";

    private Optional<WorkerRelease> promoted = Optional.empty();

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
        this.unwrittenRecords = new ArrayList<>(first.unwrittenRecords());
        this.now = first;
        this.programs = new UpgradeProgramResolver(dependencies);
        this.guard = new ProgramGuard(programs, approvedProgram);
        this.promotionAgreed = approvedProgram
                .filter(given -> given.fingerprint().upgrade().request().promotionMode() == PromotionMode.PROMOTE)
                .isPresent();
    }

    UpgradeView view() {
        Upgrade last = now;
        Upgrade seen = last.status() == UpgradeState.WAITING && approval.isPresent() ? last.goingOn() : last;
        boolean durable = newest.map(WriteReceipt::isDone).orElse(true);
        return new UpgradeView(
                seen, seen.status().ended() ? "" : activity, directory.path(), directory.records(), durable);
    }

    boolean ended() {
        return now.status().ended();
    }

    /** Whether it waits for an approval that has not come yet. */
    boolean waits() {
        return now.status() == UpgradeState.WAITING && approval.isEmpty();
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
        approval = Optional.of(given);
        cancellation.wake();
    }

    /** The wish first: whatever fails from then on fails because of it. */
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
            StepContext context =
                    new StepContext(now, directory, cancellation, abortConditions, this::write, this::reportActivity);
            return work(step).run(context);
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

    /**
     * A promotion that is in the database has happened, whatever went wrong after it. The request to end the upgrade is
     * named rather than what failed because of it.
     */
    private StepOutcome afterFailure(UpgradeStepKind step, String why) {
        if (step == UpgradeStepKind.PROMOTE && promotionCommitted) {
            promotionId = dependencies.monitor().status().promotionId();
            return new Passed("promoted, but: " + why);
        }
        Optional<String> asked = cancellation.why();
        asked.ifPresent(wish -> LOG.info("upgrade={} step={} gave way: {}", now.id(), step.wireName(), why));
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
                        recordedApproval(),
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
        while (approval.isEmpty()) {
            Optional<String> problem = context.problem();
            if (problem.isPresent()) {
                return new Failed(problem.get());
            }
            if (time.passed()) {
                return new Failed("no approval to promote came within " + APPROVAL_LIMIT.toMinutes() + " minutes");
            }
            context.pause(StepContext.LOOK);
        }
        return new Passed("approved by " + approval.get().approver());
    }

    /** From here on the canary gets real calls, so what was approved is compared, or the approval taken, now. */
    private StepOutcome restart(StepContext context) throws IOException, InterruptedException {
        Optional<String> problem = context.problem();
        if (problem.isPresent()) {
            return new Failed(problem.get());
        }
        guard.beforeRealCalls(now);
        if (!promotionAgreed) {
            now = takeApproval();
        }
        WorkerRelease release = programs.candidate(now);
        promoted = Optional.of(release);
        promotion = promotionOf(release);
        StepContext known =
                new StepContext(now, directory, cancellation, abortConditions, this::write, this::reportActivity);
        return new RestartCanaryStep(dependencies.monitor(), starts, dependencies.monitor()::policy, this::candidate)
                .run(known);
    }

    private Upgrade takeApproval() {
        ChangeApproval given = approval.orElseThrow(() -> new UpgradeRefusedException("the promotion is not approved"));
        String change = programs.of(now.forPromotion()).change();
        Upgrade approved = now.approvedBy(given.approver());
        // The manager lets no approval through that comes without this permission.
        Upgrade allowed = approved.needsAllowUnverified() ? approved.allowedUnverified() : approved;
        return dependencies
                .serverContext()
                .database()
                .write(
                        sql -> {
                            given.take(sql, change);
                            recorder.store()
                                    .save(
                                            sql,
                                            allowed,
                                            dependencies.serverContext().clock().instant());
                            return allowed;
                        },
                        UpgradeRecorder.PATIENCE);
    }

    private ChangeApproval recordedApproval() {
        Upgrade before = now;
        return new RecordedApproval(
                before.promotion().approver().orElse("an unknown approver"),
                promotion,
                change -> whyOther(before, change),
                sql -> {
                    refuseWhenHalted();
                    Upgrade promoted = UpgradeStateMachine.next(
                            before,
                            new Passed("promoted"),
                            dependencies.serverContext().clock().instant());
                    recorder.store()
                            .save(
                                    sql,
                                    promoted,
                                    dependencies.serverContext().clock().instant());
                    sql.afterCommit(() -> promotionCommitted = true);
                });
    }

    private String promotionOf(WorkerRelease release) {
        return ChangeApprovalText.promotion(
                now.from(), now.to(), ReleaseFingerprint.of(release).sha256());
    }

    /** Why another promotion than the one at the restart is not allowed; empty when only a lock file was written since. */
    private Optional<String> whyOther(Upgrade upgrade, String change) {
        Optional<String> changed = guard.changed(upgrade);
        return changed.isEmpty() && promoted.map(this::promotionOf).equals(Optional.of(change))
                ? Optional.empty()
                : Optional.of(changed.orElse("It was to " + promotion + " and would now " + change));
    }

    /** The last moment: the canary may have been slow to say how it is, and the operator did not want to wait. */
    private void refuseWhenHalted() {
        cancellation.why().ifPresent(why -> {
            throw new UpgradeRefusedException(why);
        });
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
            write(UpgradeDirectory.STEPS, steps(next));
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
        Upgrade tidied = problems.isEmpty()
                ? ended
                : ended.ended(
                        ended.status(),
                        ended.reason().orElse("") + "; " + String.join("; ", problems),
                        dependencies.serverContext().clock().instant());
        quietly(UpgradeDirectory.STEPS, steps(tidied));
        quietly(UpgradeDirectory.REPORT, report(tidied.withUnwrittenRecords(unwrittenRecords)));
        Upgrade known = tidied.withUnwrittenRecords(unwrittenRecords);
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

    private void quietly(String name, ObjectNode content) {
        try {
            write(name, content);
        } catch (IOException e) {
            LOG.error("upgrade={} {}", now.id(), e.getMessage());
        }
    }

    private void write(String name, ObjectNode content) throws IOException {
        try {
            directory.write(name, content);
            found(name);
        } catch (IOException e) {
            String why = name + " could not be written: " + e.getMessage();
            found(name);
            unwrittenRecords.add(why);
            throw new IOException(why, e);
        }
    }

    /** Each record is written as a whole, so what an earlier failure lost is there again. */
    private void found(String name) {
        unwrittenRecords.removeIf(earlier -> earlier.startsWith(name + " "));
    }

    private void reportActivity(String what) {
        activity = what;
    }

    private static ObjectNode steps(Upgrade upgrade) {
        ObjectNode json = UpgradeCodec.object().put("upgrade", upgrade.id());
        json.set("steps", UpgradeCodec.steps(upgrade));
        return json.put("next", upgrade.status().ended() ? null : upgrade.step().wireName());
    }

    private static ObjectNode report(Upgrade upgrade) {
        ObjectNode json = JsonRedactor.clean(UpgradeCodec.of(upgrade));
        UpgradeText.words(upgrade, "").forEach(json.putArray("words")::add);
        return json;
    }

    /** For an upgrade that an earlier server left: writes what has become of it. */
    void giveUp(Upgrade aborted) {
        finish(aborted);
    }

    /** For an upgrade that an earlier server left and this one goes on with: says so. */
    void publishResumed() {
        newest = Optional.of(recorder.stepped(now));
        recorder.publish(now);
        quietly(UpgradeDirectory.STEPS, steps(now));
    }
}
