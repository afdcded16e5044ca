package io.weathervane.worker;

import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Clock;
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

/** Starts workers, seats them, notices their end, starts them again, and ends them. */
final class Staff {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final BlueGreen stage;
    private final WorkerOptions options;
    private final Clock clock;
    private final Ticker ticker;
    private final Background background;
    private final Leftovers leftovers;
    private final WorkerNews news;
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

    /** Workers that have a process, with a seat or without one. */
    private final Set<Worker> living = ConcurrentHashMap.newKeySet();

    /** Held from before there is a process until it is among the living: none can be missed at the end. */
    private final Semaphore spawns = new Semaphore(SPAWNS_MAX);

    /** Workers that are drained in the background at the same time. */
    private static final int DRAINS_MAX = Background.DRAINS_MAX / 2;

    private final Semaphore drains = new Semaphore(DRAINS_MAX);

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean closed;

    Staff(
            BlueGreen stage,
            WorkerOptions options,
            Clock clock,
            Ticker ticker,
            Background background,
            Leftovers leftovers,
            WorkerNews news) {
        this.stage = stage;
        this.options = options;
        this.clock = clock;
        this.ticker = ticker;
        this.background = background;
        this.leftovers = leftovers;
        this.news = news;
    }

    /** Starts a worker for a seat that stands empty, or whose worker has ended; tries again later when it fails. */
    void startInto(Role role, WorkerRelease release, @Nullable Worker replaced, OperationsTally tally) {
        if (closed || !stage.now().holds(role, replaced)) {
            return;
        }
        try {
            Worker worker = launch(role, release, backoff(release).attempts());
            worker.countInto(tally);
            installInstead(role, replaced, worker);
        } catch (WorkerRefusedException e) {
            if (isPartOfOurEnd(e.exitCode())) {
                LOG.info("{} worker was ended during its start, with this server", role.wireName());
                return;
            }
            LOG.error("{} worker did not start: {}", role.wireName(), e.reason());
            news.note("start-" + role, e.reason());
            news.journal(
                    "start-failed",
                    release.label(),
                    Optional.of(role),
                    WorkerNews.details().put("reason", e.reason()));
            restartLater(role, release, replaced, tally, backoff(release).next(Duration.ZERO));
        } catch (RuntimeException | Error e) {
            news.note("start-" + role, "it could not be started: " + e);
            restartLater(role, release, replaced, tally, backoff(release).next(Duration.ZERO));
            throw e;
        }
    }

    private RestartBackoff backoff(WorkerRelease release) {
        return backoffs.computeIfAbsent(release.label(), label -> new RestartBackoff(options.restart()));
    }

    private void restartLater(
            Role role,
            WorkerRelease release,
            @Nullable Worker replaced,
            OperationsTally tally,
            Optional<Duration> delay) {
        if (delay.isEmpty()) {
            giveUp(role, replaced);
            return;
        }
        LOG.info("restarting worker={} role={} in={}", release.label(), role.wireName(), delay.get());
        background.runAfter(delay.get(), () -> startInto(role, release, replaced, tally));
    }

    private void giveUp(Role role, @Nullable Worker replaced) {
        stage.change(() -> {
            Seat seat = stage.now().seat(role);
            if (seat != null && seat.worker() == replaced) {
                LOG.error(
                        "{} worker {} is not started again",
                        role.wireName(),
                        seat.release().label());
                stage.set(stage.now().with(role, seat.abandoned()));
            }
            return true;
        });
        news.changed();
    }

    /** Starts a worker that has no seat yet. */
    Worker launch(Role role, WorkerRelease release, int restarts) {
        return launch(role, release, restarts, worker -> {});
    }

    /** @param spawned told as soon as there is a process, ready or not */
    Worker launch(Role role, WorkerRelease release, int restarts, Consumer<Worker> spawned) {
        Worker worker = started(release, restarts, spawned);
        news.forget("start-" + role);
        LOG.info(
                "worker ready worker={} role={} pid={} protocol=\"{}\"",
                worker.label(),
                role.wireName(),
                worker.process().pid(),
                worker.session().protocol());
        news.journal(
                "ready",
                worker.label(),
                Optional.of(role),
                WorkerNews.details().put("pid", worker.process().pid()));
        if (role == Role.CANARY) {
            news.definitions().begin(release, worker.session().tools());
        } else {
            news.compareTools(worker, role);
        }
        return worker;
    }

    private Worker started(WorkerRelease release, int restarts, Consumer<Worker> spawned) {
        spawns.acquireUninterruptibly();
        AtomicBoolean held = new AtomicBoolean(true);
        try {
            if (closed) {
                throw new WorkerRefusedException("the server is shutting down");
            }
            String mark = leftovers.nextMark();
            Duration limit = options.startTimeout();
            return Worker.start(release, mark, limit, restarts, options, clock, ticker, background::run, worker -> {
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
        living.add(worker);
        worker.process().onExit(() -> living.remove(worker));
        leftovers.remember(worker);
    }

    /** Seats a worker, whichever worker sat there. */
    void install(Role role, Worker worker) {
        stage.change(() -> {
            stage.set(stage.now().with(role, Seat.of(worker)));
            return true;
        });
        watch(worker);
    }

    /** Seats the worker if the seat is as it was; otherwise ends it, and gives the living one that sits there now. */
    Optional<Worker> installInstead(Role role, @Nullable Worker replaced, Worker worker) {
        boolean seated = stage.change(() -> {
            Seat seat = stage.now().seat(role);
            boolean free = !closed
                    && seat != null
                    && seat.worker() == replaced
                    && seat.release().label().equals(worker.label());
            if (free) {
                stage.set(stage.now().with(role, Seat.of(worker)));
            }
            return free;
        });
        if (seated) {
            watch(worker);
            news.changed();
            return Optional.of(worker);
        }
        dispose(worker, role);
        return stage.now().worker(role).filter(Worker::alive);
    }

    private void watch(Worker worker) {
        worker.tell(news);
        worker.process().onExit(() -> background.run(() -> ended(worker)));
    }

    private void ended(Worker worker) {
        leftovers.forget(worker);
        Optional<Role> found = stage.now().roleOf(worker);
        if (worker.stopping() || isPartOfOurEnd(worker.process().exitCode())) {
            return;
        }
        found.ifPresent(role -> endedUnasked(worker, role));
        worker.process().kill(); // what it left running: its pipes are held open by it
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
        news.report(worker, role, delay.isPresent());
        if (restarts) {
            restartLater(role, worker.release(), worker, worker.tally(), delay);
        }
    }

    /** Drains and ends a worker; true when no call was cut off. */
    boolean dispose(Worker worker, Role role) {
        return dispose(worker, role, options.drainTimeout());
    }

    private boolean dispose(Worker worker, Role role, Duration drainLimit) {
        boolean drained = worker.dispose(drainLimit, options.stopTimeout());
        leftovers.forget(worker);
        LOG.info("worker stopped worker={} role={} drained={}", worker.label(), role.wireName(), drained);
        news.journal(
                "stop", worker.label(), Optional.of(role), WorkerNews.details().put("drained", drained));
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
                ended.accept(dispose(worker, role, patient ? options.drainTimeout() : Duration.ZERO));
            } finally {
                if (patient) {
                    drains.release();
                }
            }
        });
    }

    /** How long a worker that is to be ended may go on with its calls and tasks. */
    Duration drainTimeout() {
        return options.drainTimeout();
    }

    /** Ends the previous worker's process after a while; its release is kept and started again when needed. */
    void endStandbyAfter(Duration retention) {
        Seat kept = stage.now().previous();
        Worker worker = kept == null ? null : kept.worker();
        if (worker != null) {
            background.runAfter(retention, () -> endStandby(worker));
        }
    }

    private void endStandby(Worker worker) {
        boolean ours = stage.change(() -> {
            boolean still = stage.now().holds(Role.PREVIOUS, worker);
            if (still) {
                stage.set(stage.now().with(Role.PREVIOUS, Seat.empty(worker.release())));
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
        List<Thread> ending = living.stream()
                .map(worker -> Threads.daemon("end-" + worker.label(), () -> worker.endNow(END_PATIENCE)))
                .toList();
        ending.forEach(Thread::start);
        ending.forEach(Threads::join);
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
