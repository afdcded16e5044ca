package io.weathervane.upgrade;

import io.weathervane.control.Consent;
import io.weathervane.control.ControlRefusedException;
import io.weathervane.control.RiskyChange;
import io.weathervane.jsonrpc.JsonRedactor;
import io.weathervane.store.StoreException;
import io.weathervane.store.Written;
import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.upgrade.StepOutcome.Passed;
import io.weathervane.upgrade.StepOutcome.Suspended;
import io.weathervane.util.SteadyClock;
import io.weathervane.worker.CanaryStarts;
import io.weathervane.worker.Inheritance;
import io.weathervane.worker.ReleaseFingerprint;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerRefusedException;
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
 * One upgrade under way: has each step done, lets {@link UpgradeMachine} decide what comes next, and records it. All of
 * it happens on one thread; others look, and may ask it to stop.
 */
final class Run implements Runnable {
    /** How long the canary waits for the approval of its promotion. */
    static final Duration APPROVAL_LIMIT = Duration.ofMinutes(30);

    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    private final UpgradeParts parts;
    private final Journal journal;
    private final UpgradeLock lock;
    private final Leftovers leftovers;
    private final Folder folder;
    private final Halt halt = new Halt();
    private final CanaryStarts starts = new CanaryStarts();
    private final Lookout lookout;
    private final List<String> unwrittenRecords;
    private volatile Upgrade now;
    private volatile String activity = "";
    private final UpgradePrograms programs;
    private final ProgramGuard guard;
    private final boolean promotionAgreed;
    private volatile Optional<Consent> approval = Optional.empty();
    private volatile Optional<Written> newest = Optional.empty();
    private volatile boolean promotionCommitted;
    private Optional<String> promotionId = Optional.empty();

    /** What is promoted, from the restart on. */
    private String promotion = "";

    private Optional<WorkerRelease> promoted = Optional.empty();

    /** @param agreed what the approver agreed to before it began */
    Run(
            UpgradeParts parts,
            Journal journal,
            UpgradeLock lock,
            Leftovers leftovers,
            Upgrade first,
            Optional<Agreed> agreed) {
        this.parts = parts;
        this.journal = journal;
        this.lock = lock;
        this.leftovers = leftovers;
        this.folder = new Folder(parts.workspace().upgrades().resolve(first.id()));
        this.lookout = new Lookout(halt, parts.flags(), parts.workers());
        this.unwrittenRecords = new ArrayList<>(first.unwrittenRecords());
        this.now = first;
        this.programs = new UpgradePrograms(parts);
        this.guard = new ProgramGuard(programs, agreed);
        this.promotionAgreed = agreed.filter(
                        given -> given.program().upgrade().request().afterShadow() == AfterShadow.PROMOTE)
                .isPresent();
    }

    UpgradeView view() {
        Upgrade last = now;
        Upgrade seen = last.status() == UpgradeStatus.WAITING && approval.isPresent() ? last.goingOn() : last;
        boolean durable = newest.map(Written::isDone).orElse(true);
        return new UpgradeView(seen, seen.status().ended() ? "" : activity, folder.path(), folder.records(), durable);
    }

    boolean ended() {
        return now.status().ended();
    }

    /** Whether it waits for an approval that has not come yet. */
    boolean waits() {
        return now.status() == UpgradeStatus.WAITING && approval.isEmpty();
    }

    /** @throws UpgradeRefusedException when the canary's files are not as they were at its start */
    void refuseChanged() {
        guard.refuseChanged(now);
    }

    /** Hands over the approval that the upgrade waits for. */
    void allow(Consent given) {
        approval = Optional.of(given);
        halt.nudge();
    }

    /** The wish first: whatever fails from then on fails because of it. */
    void abort(String why) {
        halt.ask(why);
        starts.end();
    }

    /** The server ends: what can be taken up again stays open, everything else is aborted. */
    void close() {
        halt.close();
        starts.end();
    }

    /** A worker ended, or something else that the step may want to know. */
    void nudge() {
        halt.nudge();
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
        UpgradeStep step = now.step();
        LOG.info("upgrade={} step={} to={}", now.id(), step.wireName(), now.to());
        try {
            Scene scene = new Scene(now, folder, halt, lookout, this::write, this::say);
            return work(step).run(scene);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Failed("interrupted");
        } catch (IOException
                | ControlRefusedException
                | WorkerRefusedException
                | StoreException
                | UpgradeRefusedException e) {
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
    private StepOutcome afterFailure(UpgradeStep step, String why) {
        if (step == UpgradeStep.PROMOTE && promotionCommitted) {
            promotionId = parts.monitor().status().promotionId();
            return new Passed("promoted, but: " + why);
        }
        Optional<String> asked = halt.why();
        asked.ifPresent(wish -> LOG.info("upgrade={} step={} gave way: {}", now.id(), step.wireName(), why));
        return new Failed(asked.orElse(why));
    }

    private StepWork work(UpgradeStep step) {
        UpgradeRequest request = now.request();
        return switch (step) {
            case PREFLIGHT -> new PreflightWork(parts, leftovers, this::candidate);
            case BUILD -> this::build;
            case TEST ->
                scene -> {
                    guard.beforeTest(now);
                    return script("test", request.test()).run(scene);
                };
            case CANARY ->
                scene -> {
                    guard.beforeCanary(now);
                    return new CanaryWork(parts.monitor(), starts, this::candidate).run(scene);
                };
            case SHADOW -> new ShadowWork(parts.shadow(), parts.shadowPlan(), parts.workers(), parts.recorded());
            case APPROVAL -> this::awaitApproval;
            case RESTART -> this::restart;
            case WEIGHT ->
                new WeightWork(
                        parts.workers(),
                        parts.policy(),
                        new SteadyClock(parts.clock(), parts.ticker()),
                        now.weight().orElseThrow());
            case PROMOTE -> new PromoteWork(parts.monitor(), recordedApproval(), id -> promotionId = Optional.of(id));
            case WATCH -> new WatchWork(parts.monitor());
        };
    }

    private StepOutcome build(Scene scene) throws IOException, InterruptedException {
        guard.beforeBuild(now);
        StepOutcome outcome = script("build", now.request().build()).run(scene);
        guard.afterBuild(now);
        return outcome;
    }

    private ScriptWork script(String what, Optional<String> script) {
        return new ScriptWork(
                what,
                script.orElseThrow(),
                parts.workspace().root(),
                leftovers,
                parts.ticker(),
                parts.workers()
                        .releaseOf(Role.ACTIVE)
                        .map(WorkerRelease::inheritance)
                        .orElseGet(Inheritance::none));
    }

    private WorkerRelease candidate(Scene scene) {
        return programs.candidate(scene.upgrade());
    }

    private StepOutcome awaitApproval(Scene scene) throws InterruptedException {
        scene.say("the shadow comparison passed; waiting for approval to promote " + now.to());
        long begun = parts.ticker().nanos();
        while (approval.isEmpty()) {
            Optional<String> problem = scene.problem();
            if (problem.isPresent()) {
                return new Failed(problem.get());
            }
            if (parts.ticker().nanos() - begun > APPROVAL_LIMIT.toNanos()) {
                return new Failed("no approval to promote came within " + APPROVAL_LIMIT.toMinutes() + " minutes");
            }
            scene.pause(Scene.LOOK);
        }
        return new Passed("approved by " + approval.get().approver());
    }

    /** From here on the canary gets real calls, so what was approved is compared, or the approval taken, now. */
    private StepOutcome restart(Scene scene) throws IOException, InterruptedException {
        Optional<String> problem = scene.problem();
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
        Scene known = new Scene(now, folder, halt, lookout, this::write, this::say);
        return new RestartWork(parts.monitor(), starts, parts.policy(), this::candidate).run(known);
    }

    private Upgrade takeApproval() {
        Consent given = approval.orElseThrow(() -> new UpgradeRefusedException("the promotion is not approved"));
        String change = programs.of(now.forPromotion()).change();
        Upgrade allowed = now.approvedBy(given.approver());
        return parts.database()
                .write(
                        sql -> {
                            given.take(sql, change);
                            UpgradeStore.save(sql, allowed, parts.clock().instant());
                            return allowed;
                        },
                        Journal.PATIENCE);
    }

    private Consent recordedApproval() {
        Upgrade before = now;
        return new RecordedApproval(
                before.approver().orElse("an unknown approver"), promotion, change -> whyOther(before, change), sql -> {
                    refuseWhenHalted();
                    Upgrade promoted = UpgradeMachine.next(
                            before, new Passed("promoted"), parts.clock().instant());
                    UpgradeStore.save(sql, promoted, parts.clock().instant());
                    sql.afterCommit(() -> promotionCommitted = true);
                });
    }

    private String promotionOf(WorkerRelease release) {
        return RiskyChange.promotion(
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
        halt.why().ifPresent(why -> {
            throw new UpgradeRefusedException(why);
        });
    }

    private void move(StepOutcome outcome) {
        Upgrade next = UpgradeMachine.next(now, outcome, parts.clock().instant());
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
        journal.tell(next);
        if (unrecorded.isPresent() && !next.isPromoted()) {
            move(new Failed(unrecorded.get()));
        }
    }

    /** A step is taken only when it is known, here and to the next server, that the one before it is over. */
    private Optional<String> record(Upgrade next) {
        Written written = journal.stepped(next);
        newest = Optional.of(written);
        try {
            write(Folder.STEPS, steps(next));
        } catch (IOException e) {
            return unrecorded(e.getMessage());
        }
        if (next.isPromoted()) {
            boolean unused = written.promptly();
            return Optional.empty();
        }
        return RequiredRecord.await(written, parts.ticker(), halt::why)
                .flatMap(why -> halt.why().or(() -> unrecorded(why)));
    }

    private Optional<String> unrecorded(@Nullable String why) {
        String problem = "that the step " + now.step().wireName() + " is over could not be recorded: " + why;
        LOG.error("upgrade={} {}", now.id(), problem);
        return Optional.of(problem);
    }

    /** The last step: nothing stays behind, and what is said of it is what was done. */
    private void finish(Upgrade ended) {
        activity = "cleaning up";
        List<String> problems = new Tidying(parts.workers(), parts.monitor()).after(ended, folder, lookout);
        Upgrade tidied = problems.isEmpty()
                ? ended
                : ended.ended(
                        ended.status(),
                        ended.reason().orElse("") + "; " + String.join("; ", problems),
                        parts.clock().instant());
        quietly(Folder.STEPS, steps(tidied));
        quietly(Folder.REPORT, report(tidied.withUnwrittenRecords(unwrittenRecords)));
        Upgrade known = tidied.withUnwrittenRecords(unwrittenRecords);
        Written written = journal.ended(known);
        newest = Optional.of(written);
        boolean durable = written.promptly();
        if (!durable && !written.safely()) {
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
        journal.tell(known);
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
            folder.write(name, content);
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

    private void say(String what) {
        activity = what;
    }

    private static ObjectNode steps(Upgrade upgrade) {
        ObjectNode json = UpgradeJson.object().put("upgrade", upgrade.id());
        json.set("steps", UpgradeJson.steps(upgrade));
        return json.put("next", upgrade.status().ended() ? null : upgrade.step().wireName());
    }

    private static ObjectNode report(Upgrade upgrade) {
        ObjectNode json = JsonRedactor.clean(UpgradeJson.of(upgrade));
        UpgradeText.words(upgrade, "").forEach(json.putArray("words")::add);
        return json;
    }

    /** For an upgrade that an earlier server left: writes what has become of it. */
    void giveUp(Upgrade aborted) {
        finish(aborted);
    }

    /** For an upgrade that an earlier server left and this one goes on with: says so. */
    void tellTakenUp() {
        newest = Optional.of(journal.stepped(now));
        journal.tell(now);
        quietly(Folder.STEPS, steps(now));
    }
}
