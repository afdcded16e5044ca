package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.audit.Actor;
import io.weathervane.store.StoreException;
import io.weathervane.util.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The upgrades of a workspace: at most one is under way, on a thread of its own. */
public final class UpgradeManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Upgrades");

    /** How long a step that is asked to stop may take for it: a worker that drains takes that long. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private volatile UpgradeDependencies dependencies;
    private final UpgradeStore store;
    private final UpgradeRecorder recorder;
    private final UpgradeLock lock;
    private final BuildProcessRegistry buildProcesses;

    /** Held to begin an upgrade, to take one up, and to have one go on: one at a time. */
    private final Object beginning = new Object();

    private volatile @Nullable UpgradeRunner current;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /** Prepares the table; nothing is taken up before {@link #start}. */
    public UpgradeManager(UpgradeDependencies dependencies) {
        this.dependencies = dependencies;
        this.store = new UpgradeStore(
                dependencies.serverContext().database(), dependencies.workers().service());
        this.recorder = new UpgradeRecorder(
                dependencies.serverContext().database(),
                dependencies.serverContext().audit(),
                store,
                dependencies.serverContext().events(),
                dependencies.serverContext().clock());
        this.buildProcesses =
                new BuildProcessRegistry(store, dependencies.workers().childProcessMarker());
        this.lock = new UpgradeLock(
                dependencies.serverContext().workspace().state(),
                dependencies.workers().service());
        dependencies.workers().onUnexpectedExit(exit -> running().ifPresent(UpgradeRunner::wake));
    }

    /** Has upgrades that begin from now on go by a configuration that was read again; one that is under way keeps its own. */
    public void configure(UpgradeConfig config) {
        synchronized (beginning) {
            dependencies = dependencies.with(config);
        }
    }

    /** Whether an upgrade is under way. */
    public boolean isUnderWay() {
        return running().isPresent();
    }

    /** Takes up the upgrade that an earlier server left: follows its watch, or gives it up. Workers and monitor are up. */
    public void start() {
        start(/* afterCrash= */ true);
    }

    /**
     * As {@link #start()}.
     *
     * @param afterCrash whether a server before may have left processes that it did not remember
     */
    public void start(boolean afterCrash) {
        synchronized (beginning) {
            try {
                List<BuildProcessTree> killed = buildProcesses.kill(afterCrash);
                store.newest().filter(left -> !left.status().ended()).ifPresent(left -> takeUp(left, killed));
            } catch (StoreException e) {
                LOG.error("whether an upgrade was left by an earlier server is unknown", e);
            }
        }
    }

    private void takeUp(Upgrade left, List<BuildProcessTree> killed) {
        boolean ran = killed.stream().anyMatch(tree -> tree.upgrade().equals(left.id()));
        Upgrade known = promotionKnown(left);
        Upgrade resumed = UpgradeStateMachine.afterRestart(
                known, ran, dependencies.serverContext().clock().instant());
        boolean over = resumed.status().ended();
        LOG.warn(
                "upgrade={} was left at step={} and is {}",
                left.id(),
                left.step().wireName(),
                over ? "aborted" : "taken up again");
        UpgradeRunner runner = new UpgradeRunner(
                dependencies, recorder, lock, buildProcesses, over ? known : resumed, Optional.empty());
        current = runner;
        if (over) {
            runner.giveUp(resumed);
        } else {
            takeLock(left.id());
            runner.publishResumed();
            begin(runner, left.id());
        }
    }

    /** A server that died right after the promotion had no time to write its id down; the monitor has it. */
    private Upgrade promotionKnown(Upgrade left) {
        return left.isPromoted() && left.promotionId().isEmpty()
                ? dependencies
                        .monitor()
                        .status()
                        .promotionId()
                        .map(left::promotedAs)
                        .orElse(left)
                : left;
    }

    private void takeLock(String id) {
        try {
            lock.take(id, dependencies.serverContext().clock().instant());
        } catch (IOException e) {
            LOG.error("the lock for upgrade {} could not be taken", id, e);
        }
    }

    private void begin(UpgradeRunner runner, String id) {
        current = runner;
        Thread started = Threads.daemon("upgrade-" + id, runner);
        thread = started;
        started.start();
    }

    /**
     * Begins an upgrade and returns at once.
     *
     * @param approval the approval of {@link #program}, taken before any of it runs; for a promotion it is needed,
     *     and holds for that as well
     * @throws UpgradeRefusedException while another is under way, naming it, or when the request cannot be met
     */
    public UpgradeView begin(UpgradeRequest request, Actor actor, Optional<ChangeApproval> approval) {
        synchronized (beginning) {
            refuseSecond();
            Upgrade first = planned(request, actor);
            UpgradeDirectory directory = new UpgradeDirectory(
                    dependencies.serverContext().workspace().upgrades().resolve(first.id()));
            UpgradeRunner runner;
            try {
                lock.take(first.id(), dependencies.serverContext().clock().instant());
                directory.create();
                runner = approved(first, approval);
            } catch (IOException | StoreException e) {
                undo(directory, first.id());
                throw new UpgradeRefusedException("the upgrade could not be begun: " + e.getMessage(), e);
            } catch (RuntimeException e) {
                undo(directory, first.id());
                throw e;
            }
            begin(runner, first.id());
            return runner.view();
        }
    }

    /** Begins it in the transaction that uses the approval up: what was approved runs once. */
    private UpgradeRunner approved(Upgrade planned, Optional<ChangeApproval> approval) {
        boolean promotes = planned.request().promotionMode() == PromotionMode.PROMOTE;
        if (promotes && approval.isEmpty()) {
            throw new UpgradeRefusedException("the promotion is not approved");
        }
        UpgradeCommandsFingerprint fingerprint = program(planned);
        Optional<String> approver = approval.filter(given -> promotes).map(ChangeApproval::approver);
        Upgrade first = approver.map(planned::approvedBy).orElse(planned);
        recorder.begun(first, sql -> {
            if (approval.isPresent()) {
                approval.get().take(sql, fingerprint.change());
            }
        });
        return new UpgradeRunner(
                dependencies,
                recorder,
                lock,
                buildProcesses,
                first,
                approval.map(given -> new ApprovedProgram(fingerprint, given.isApproval())));
    }

    private void undo(UpgradeDirectory directory, String id) {
        try {
            directory.removeStaging();
            Files.deleteIfExists(directory.path());
            lock.release(id);
        } catch (IOException | RuntimeException e) {
            LOG.warn("what the upgrade {} had made already stays", id, e);
        }
    }

    /**
     * The request with the configured commands in the place of their names.
     *
     * @param suppliesCommands whether the caller may give commands as text
     * @throws UpgradeRefusedException when it may not and does
     */
    public UpgradeRequest resolved(UpgradeRequest request, boolean suppliesCommands) {
        return planner().resolved(request, suppliesCommands);
    }

    /** The upgrade that the request comes to now; nothing changes. */
    public Upgrade planned(UpgradeRequest request, Actor actor) {
        if (closed) {
            throw new UpgradeRefusedException("the server is shutting down");
        }
        return planner().planned(request, actor);
    }

    private UpgradePlanner planner() {
        return new UpgradePlanner(dependencies, store);
    }

    /**
     * To be asked before a person is: the answer would come too late.
     *
     * @throws UpgradeRefusedException while another is under way, naming it
     */
    public void refuseSecond() {
        running().ifPresent(runner -> {
            Upgrade other = runner.view().upgrade();
            throw new UpgradeRefusedException("the upgrade " + other.id() + " to " + other.to()
                    + " is under way already (step " + other.step().wireName() + ", since " + other.startedAt()
                    + "); upgrade_status shows it, upgrade_abort stops it");
        });
    }

    /** Result that the preflight would have now, and the steps after it, a line each; nothing is kept. */
    public UpgradePreview preview(Upgrade planned) {
        try {
            UpgradeDirectory scratch = new UpgradeDirectory(Files.createTempDirectory("upgrade"));
            try {
                return new UpgradePreviewer(dependencies, buildProcesses).of(planned, scratch);
            } finally {
                Files.delete(scratch.path());
            }
        } catch (IOException e) {
            throw new UpgradeRefusedException("the preflight could not be made: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpgradeRefusedException("the preflight was interrupted", e);
        }
    }

    /** Fingerprint of what {@link #begin} would run. */
    public UpgradeCommandsFingerprint program(Upgrade planned) {
        return new UpgradeProgramResolver(dependencies).of(planned);
    }

    /** Fingerprint of what {@link #allow} would run: build and test have run already. */
    public UpgradeCommandsFingerprint promotion(Upgrade waiting) {
        return running()
                .filter(runner -> runner.view().upgrade().id().equals(waiting.id()))
                .map(runner -> runner.promotion(waiting))
                .orElseGet(() -> program(waiting.forPromotion()));
    }

    /**
     * To be asked before a person is: an approval of what is not what was compared does not help the operator.
     *
     * @throws UpgradeRefusedException when what the waiting upgrade's canary runs has changed since its start
     */
    public void refuseChanged(Upgrade waiting) {
        running()
                .filter(runner -> runner.view().upgrade().id().equals(waiting.id()))
                .ifPresent(UpgradeRunner::refuseChanged);
    }

    /**
     * To be asked before a person is.
     *
     * @param allowed whether the caller says that it may be promoted although no call was compared
     * @throws UpgradeRefusedException when nothing was compared and the caller does not say so
     */
    public void refuseUnverified(Upgrade waiting, boolean allowed) {
        if (waiting.needsAllowUnverified() && !allowed) {
            throw new UpgradeRefusedException("the upgrade " + waiting.id() + " compared no call, so nothing speaks for"
                    + " its promotion. To promote it all the same: allow_unverified (on the command line"
                    + " --allow-unverified)");
        }
    }

    /**
     * To be asked before a person is.
     *
     * @throws UpgradeRefusedException when the canary breaks the service's contract and must not be promoted
     */
    public void refuseBrokenContract() {
        dependencies.comparison().promotionRefusal().ifPresent(why -> {
            throw new UpgradeRefusedException(why);
        });
    }

    /** The upgrade with this id, while it waits for approval. */
    public Optional<Upgrade> waiting(String id) {
        return running()
                .filter(UpgradeRunner::waits)
                .map(runner -> runner.view().upgrade())
                .filter(upgrade -> upgrade.id().equals(id));
    }

    /**
     * Has an upgrade that waits go on to the promotion.
     *
     * @param unverified whether it may be promoted although no call was compared
     * @throws UpgradeRefusedException when it does not wait, or compared no call and that is not allowed
     */
    public UpgradeView allow(String id, ChangeApproval approval, boolean unverified) {
        synchronized (beginning) {
            Upgrade waiting = waiting(id)
                    .orElseThrow(() -> new UpgradeRefusedException(
                            "no upgrade " + id + " waits for approval; see upgrade_status"));
            refuseUnverified(waiting, unverified);
            UpgradeRunner runner = running().orElseThrow();
            runner.allow(approval);
            return runner.view();
        }
    }

    /**
     * Stops the upgrade that is under way and waits until nothing is left of it.
     *
     * @param id which one is meant; the one under way when empty
     * @throws UpgradeRefusedException when there is none, it has promoted already, or it has not stopped in time
     */
    public UpgradeView abort(Optional<String> id, Actor actor, Optional<String> reason) {
        return abort(id, actor, reason, STOP_LIMIT);
    }

    UpgradeView abort(Optional<String> id, Actor actor, Optional<String> reason, Duration limit) {
        UpgradeRunner runner = running()
                .filter(one -> id.isEmpty() || one.view().upgrade().id().equals(id.get()))
                .orElseThrow(() -> new UpgradeRefusedException(
                        id.map(name -> "the upgrade " + name + " is").orElse("no upgrade is") + " "
                                + (id.isPresent() ? "not " : "") + "under way; upgrade_status shows the last one"));
        if (runner.view().upgrade().isPromoted()) {
            throw new UpgradeRefusedException(
                    "the upgrade " + runner.view().upgrade().id()
                            + " has promoted already, there is nothing to abort; worker_rollback brings the previous"
                            + " worker back");
        }
        runner.abort(
                "aborted by " + actor.name() + reason.map(why -> ": " + why).orElse(""));
        UpgradeView view = waitFor(runner, () -> false).atMost(limit, ignored -> {});
        if (view.upgrade().isPromoted()) {
            throw new UpgradeRefusedException("the upgrade " + view.upgrade().id()
                    + " was promoted at that very moment; worker_rollback brings the previous worker back");
        }
        if (!view.ended()) {
            throw new UpgradeRefusedException("the upgrade " + view.upgrade().id()
                    + " was asked to stop and has not yet: it stops as soon as the step "
                    + view.upgrade().step().wireName() + " lets it"
                    + (view.activity().isEmpty() ? "" : " (" + view.activity() + ")")
                    + "; upgrade_status shows what becomes of it");
        }
        return view;
    }

    /** The upgrade of this name, or the newest one. */
    public Optional<UpgradeView> status(Optional<String> id) {
        UpgradeRunner runner = current;
        if (runner != null && id.map(runner.view().upgrade().id()::equals).orElse(true)) {
            return Optional.of(runner.view());
        }
        return id.map(store::find).orElseGet(store::newest).map(this::fromRecord);
    }

    private UpgradeView fromRecord(Upgrade upgrade) {
        UpgradeDirectory directory = new UpgradeDirectory(
                dependencies.serverContext().workspace().upgrades().resolve(upgrade.id()));
        return new UpgradeView(upgrade, "", directory.path(), directory.records(), /* durable= */ true);
    }

    /**
     * Waits until the upgrade has ended, or waits itself, or the time is up.
     *
     * @param heard is told whenever it has come further
     */
    public UpgradeView await(String id, Duration atMost, Consumer<UpgradeView> heard, BooleanSupplier cancelled) {
        UpgradeRunner runner = current;
        if (runner == null || !runner.view().upgrade().id().equals(id)) {
            return status(Optional.of(id)).orElseThrow(() -> new UpgradeRefusedException("there is no upgrade " + id));
        }
        return waitFor(runner, () -> runner.waits() || cancelled.getAsBoolean()).atMost(atMost, heard);
    }

    private UpgradeWait waitFor(UpgradeRunner runner, BooleanSupplier enough) {
        return new UpgradeWait(
                runner::view, enough, dependencies.serverContext().ticker());
    }

    private Optional<UpgradeRunner> running() {
        return Optional.ofNullable(current).filter(runner -> !runner.ended());
    }

    /** Has what is under way stop, and ends its programs within about a second; waits for no more than those. */
    public void endPrograms() {
        closed = true;
        Optional.ofNullable(current).ifPresent(UpgradeRunner::close);
        buildProcesses.endAll();
    }

    /** Aborts what is under way; a watch over a promotion is left for the next start. */
    @Override
    public void close() {
        closed = true;
        Optional.ofNullable(current).ifPresent(UpgradeRunner::close);
        Thread last = thread;
        if (last != null) {
            try {
                last.join(STOP_LIMIT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
