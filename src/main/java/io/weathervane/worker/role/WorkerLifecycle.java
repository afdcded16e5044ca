package io.weathervane.worker.role;

import io.weathervane.util.Threads;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.process.OrphanProcesses;
import io.weathervane.worker.process.RestartBackoff;
import io.weathervane.worker.routing.BackgroundExecutor;
import io.weathervane.worker.routing.CallCounters;
import io.weathervane.worker.routing.RoleAssignments;
import io.weathervane.worker.routing.RoleSlot;
import io.weathervane.worker.routing.Worker;
import io.weathervane.worker.routing.WorkerDependencies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Starts workers, assigns them to roles, restarts those that end, and ends those that are replaced. */
final class WorkerLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final RoleAssignments roles;
    private final WorkerDependencies dependencies;
    private final BackgroundExecutor background;
    private final OrphanProcesses orphanProcesses;
    private final WorkerEventPublisher workerEvents;
    private final Map<String, RestartBackoff> backoffs = new ConcurrentHashMap<>();

    /** From closed stdin to SIGTERM when the server ends, and from there to SIGKILL: clients wait 2 s for all of it. */
    private static final Duration END_PATIENCE = Duration.ofMillis(450);

    /** Processes that are made at the same time; it takes milliseconds. */
    private static final int SPAWNS_MAX = 16;

    /** How long the end of the server waits for them. */
    private static final Duration SPAWN_LIMIT = Duration.ofMillis(500);

    /** Exit codes of SIGHUP, SIGINT and SIGTERM, which go to a whole group of processes or a whole service. */
    private static final Set<Integer> SIGNALS_TO_ALL = Set.of(128 + 1, 128 + 2, 128 + 15);

    private static final Duration SIGNAL_TO_US_LIMIT = Duration.ofMillis(300);

    /** Workers of which a process runs, their own or one that they started, with a role or without one. */
    private final Set<Worker> living = ConcurrentHashMap.newKeySet();

    /** Held from before there is a process until it is among the living: none can be missed at the end. */
    private final Semaphore spawns = new Semaphore(SPAWNS_MAX);

    /** Workers that are drained in the background at the same time. */
    private static final int DRAINS_MAX = BackgroundExecutor.DRAINS_MAX / 2;

    /** Between attempts to connect to a server elsewhere, when those of the policy are over: 30 s. */
    private static final Duration RECONNECT_PAUSE = Duration.ofSeconds(30);

    private final Semaphore drains = new Semaphore(DRAINS_MAX);

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closed;

    WorkerLifecycle(
            RoleAssignments roles,
            WorkerDependencies dependencies,
            BackgroundExecutor background,
            OrphanProcesses orphanProcesses,
            WorkerEventPublisher workerEvents) {
        this.roles = roles;
        this.dependencies = dependencies;
        this.background = background;
        this.orphanProcesses = orphanProcesses;
        this.workerEvents = workerEvents;
    }

    /** Starts a worker for a slot that is empty or whose worker has ended; tries again later when that fails. */
    void startInto(Role role, WorkerRelease release, @Nullable Worker replaced, CallCounters counters) {
        if (closed || !roles.now().holds(role, replaced)) {
            return;
        }
        try {
            Worker worker = launch(role, release, backoff(release).attempts());
            worker.countInto(counters);
            installInstead(role, replaced, worker);
        } catch (WorkerActionRefusedException e) {
            if (isPartOfOurEnd(e.exitCode())) {
                LOG.info(
                        "{} worker was ended during its start, with this server{}",
                        role.wireName(),
                        dependencies.service().logged());
                return;
            }
            LOG.error("{} worker did not start: {}", role.wireName(), e.reason());
            workerEvents.note("start-" + role, e.reason());
            workerEvents.journal(
                    "start-failed",
                    release.label(),
                    Optional.of(role),
                    WorkerEventPublisher.details().put("reason", e.reason()));
            restartLater(role, release, replaced, counters, nextStart(release));
        } catch (RuntimeException | Error e) {
            workerEvents.note("start-" + role, "it could not be started: " + e);
            restartLater(role, release, replaced, counters, nextStart(release));
            throw e;
        }
    }

    /** A server elsewhere is tried for ever: it comes back without our doing. */
    private Optional<Duration> nextStart(WorkerRelease release) {
        Optional<Duration> next = backoff(release).next(Duration.ZERO);
        return release.remote().isPresent() && next.isEmpty() ? Optional.of(RECONNECT_PAUSE) : next;
    }

    private RestartBackoff backoff(WorkerRelease release) {
        return backoffs.computeIfAbsent(
                release.label(),
                label -> new RestartBackoff(dependencies.policy().restart()));
    }

    private void restartLater(
            Role role,
            WorkerRelease release,
            @Nullable Worker replaced,
            CallCounters counters,
            Optional<Duration> delay) {
        if (delay.isEmpty()) {
            giveUp(role, replaced);
            return;
        }
        LOG.info(
                "restarting worker={} role={} in={}",
                dependencies.service().shown(release.label()),
                role.wireName(),
                delay.get());
        background.runAfter(delay.get(), () -> startInto(role, release, replaced, counters));
    }

    private void giveUp(Role role, @Nullable Worker replaced) {
        roles.change(() -> {
            RoleSlot slot = roles.now().slot(role);
            if (slot != null && slot.worker() == replaced) {
                LOG.error(
                        "{} worker {} is not started again",
                        role.wireName(),
                        dependencies.service().shown(slot.release().label()));
                roles.set(roles.now().with(role, slot.abandon()));
            }
            return true;
        });
        workerEvents.changed();
    }

    /** Starts a worker that has no role yet. */
    Worker launch(Role role, WorkerRelease release, int restarts) {
        return launch(role, release, restarts, worker -> {});
    }

    /** @param spawned told as soon as there is a process, ready or not */
    Worker launch(Role role, WorkerRelease release, int restarts, Consumer<Worker> spawned) {
        Worker worker = started(release, restarts, spawned);
        workerEvents.forget("start-" + role);
        LOG.info(
                "worker ready worker={} role={} {} protocol=\"{}\"",
                worker.shown(),
                role.wireName(),
                worker.where(),
                worker.protocol());
        ObjectNode details = WorkerEventPublisher.details();
        worker.server().pid().ifPresent(pid -> details.put("pid", pid));
        workerEvents.journal("ready", worker.label(), Optional.of(role), details);
        if (role == Role.CANARY) {
            workerEvents.definitions().begin(release, worker.tools());
        } else {
            workerEvents.compareTools(worker, role);
        }
        return worker;
    }

    private Worker started(WorkerRelease release, int restarts, Consumer<Worker> spawned) {
        spawns.acquireUninterruptibly();
        AtomicBoolean held = new AtomicBoolean(true);
        try {
            if (closed) {
                throw new WorkerActionRefusedException("the server is shutting down");
            }
            String mark = orphanProcesses.nextMark();
            Duration limit = dependencies.policy().startTimeout();
            return Worker.start(release, mark, limit, restarts, dependencies, worker -> {
                begun(worker);
                release(held);
                spawned.accept(worker);
            });
        } finally {
            release(held);
        }
    }

    private void release(AtomicBoolean held) {
        if (held.compareAndSet(true, false)) {
            spawns.release();
        }
    }

    private void begun(Worker worker) {
        forgetEnded();
        living.add(worker);
        orphanProcesses.remember(worker.label(), worker.server());
    }

    /** A worker's own process may end before what it started: until then it can be ended with all others. */
    private void forgetEnded() {
        living.removeIf(worker -> worker.server().allEnded());
    }

    /** Puts a worker into a slot, whichever worker the slot had. */
    void install(Role role, Worker worker) {
        roles.change(() -> {
            roles.set(roles.now().with(role, RoleSlot.of(worker)));
            return true;
        });
        watch(worker);
    }

    /** Puts the worker into the slot if the slot is unchanged; else ends it and returns the slot's living worker. */
    Optional<Worker> installInstead(Role role, @Nullable Worker replaced, Worker worker) {
        boolean seated = roles.change(() -> {
            RoleSlot slot = roles.now().slot(role);
            boolean free = !closed
                    && slot != null
                    && slot.worker() == replaced
                    && slot.release().label().equals(worker.label());
            if (free) {
                roles.set(roles.now().with(role, RoleSlot.of(worker)));
            }
            return free;
        });
        if (seated) {
            watch(worker);
            workerEvents.changed();
            return Optional.of(worker);
        }
        dispose(worker, role);
        return roles.now().worker(role).filter(Worker::alive);
    }

    private void watch(Worker worker) {
        worker.setListener(workerEvents.notifications());
        worker.server().onExit(() -> background.run(() -> ended(worker)));
    }

    private void ended(Worker worker) {
        orphanProcesses.forget(worker.server());
        Optional<Role> found = roles.now().roleOf(worker);
        if (worker.stopping() || isPartOfOurEnd(worker.server().exitCode())) {
            return;
        }
        found.ifPresent(role -> endedUnasked(worker, role));
        worker.server().kill(); // what it left running: its pipes are held open by it
        forgetEnded();
    }

    /** A terminal or an init system may tell a worker to end a moment before it tells us. */
    private boolean isPartOfOurEnd(Optional<Integer> exitCode) {
        try {
            return closed
                    || (exitCode.filter(SIGNALS_TO_ALL::contains).isPresent()
                            && closing.await(SIGNAL_TO_US_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void endedUnasked(Worker worker, Role role) {
        boolean restarts = role == Role.ACTIVE || role == Role.PREVIOUS;
        Optional<Duration> delay = restarts ? backoff(worker.release()).next(worker.uptime()) : Optional.empty();
        workerEvents.report(worker, role, delay.isPresent());
        if (restarts) {
            restartLater(role, worker.release(), worker, worker.tally(), delay);
        }
    }

    /** Drains and ends a worker; true when no call was cut off. */
    boolean dispose(Worker worker, Role role) {
        return dispose(worker, role, dependencies.policy().drainTimeout());
    }

    private boolean dispose(Worker worker, Role role, Duration drainLimit) {
        boolean drained = worker.dispose(drainLimit, dependencies.policy().stopTimeout());
        forgetEnded();
        orphanProcesses.forget(worker.server());
        LOG.info("worker stopped worker={} role={} drained={}", worker.shown(), role.wireName(), drained);
        workerEvents.journal(
                "stop",
                worker.label(),
                Optional.of(role),
                WorkerEventPublisher.details().put("drained", drained));
        return drained;
    }

    /** Drains and ends a worker in the background. */
    void disposeLater(Worker worker, Role role) {
        disposeLater(worker, role, drained -> {});
    }

    /**
     * Drains and ends a worker in the background; one more than {@link #DRAINS_MAX} is ended without being drained.
     *
     * @param ended told at its end whether no call was cut off
     */
    void disposeLater(Worker worker, Role role, Consumer<Boolean> ended) {
        boolean patient = drains.tryAcquire();
        background.runDrain(() -> {
            try {
                ended.accept(
                        dispose(worker, role, patient ? dependencies.policy().drainTimeout() : Duration.ZERO));
            } finally {
                if (patient) {
                    drains.release();
                }
            }
        });
    }

    /** How long a worker that is to be ended may go on with its calls and tasks. */
    Duration drainTimeout() {
        return dependencies.policy().drainTimeout();
    }

    /** Ends the previous worker's process after a while; its release is kept and started again when needed. */
    void endStandbyAfter(Duration retention) {
        RoleSlot kept = roles.now().previous();
        Worker worker = kept == null ? null : kept.worker();
        if (worker != null) {
            background.runAfter(retention, () -> endStandby(worker));
        }
    }

    private void endStandby(Worker worker) {
        boolean ours = roles.change(() -> {
            boolean still = roles.now().holds(Role.PREVIOUS, worker);
            if (still) {
                roles.set(roles.now().with(Role.PREVIOUS, RoleSlot.empty(worker.release())));
            }
            return still;
        });
        if (ours) {
            dispose(worker, Role.PREVIOUS);
        }
    }

    /** From now on nothing is started, seated or started again. */
    void close() {
        closed = true;
        closing.countDown();
    }

    /**
     * Ends every worker that has a process, whatever it is doing, all at the same time, and waits for that. May be
     * called again, and while some are being disposed of with more patience.
     */
    void endAll() {
        close();
        awaitSpawns();
        List<Worker> ending = List.copyOf(living);
        Threads.forEach("end-worker", ending, ending.size(), this::end);
    }

    private void end(Worker worker) {
        worker.endNow(END_PATIENCE);
        living.remove(worker);
    }

    private void awaitSpawns() {
        try {
            if (spawns.tryAcquire(SPAWNS_MAX, SPAWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                spawns.release(SPAWNS_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
