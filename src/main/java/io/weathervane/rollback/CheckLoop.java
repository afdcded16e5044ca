package io.weathervane.rollback;

import io.weathervane.monitor.WatchState;
import io.weathervane.util.SteadyClock;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.watch.WatchRecord;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.UnexpectedWorkerExit;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two threads of the monitor: one makes the checks when they are due, one hears of workers that ended, so that an
 * escalation need not wait for a probe that hangs.
 */
final class CheckLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    /** Between two looks at everything else while no check is due: 1 s. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Exits that wait to be handled; workers are restarted with pauses, so there are never many. */
    private static final int EXITS_MAX = 100;

    /** A check that is being made may end before its thread is interrupted: 2 s. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(2);

    private final ServiceName service;
    private final WatchController watchController;
    private final Runnable housekeeping;
    private final SteadyClock clock;
    private final Ticker ticker;
    private final BlockingQueue<Optional<UnexpectedWorkerExit>> exits = new ArrayBlockingQueue<>(EXITS_MAX);
    private final Semaphore wake = new Semaphore(0);
    private final Thread checks = Threads.loop("monitor-checks", this::runChecks);
    private final Thread ends = Threads.loop("monitor-exits", this::runExits);
    private Optional<WatchState> planned = Optional.empty();
    private Stopwatch untilDue;
    private volatile boolean closed;

    /** @param housekeeping what is done after each check and about once a second */
    CheckLoop(
            ServiceName service,
            WatchController watchController,
            Runnable housekeeping,
            SteadyClock clock,
            Ticker ticker) {
        this.service = service;
        this.watchController = watchController;
        this.housekeeping = housekeeping;
        this.clock = clock;
        this.ticker = ticker;
        this.untilDue = new Stopwatch(ticker, Duration.ZERO);
    }

    void start() {
        checks.start();
        ends.start();
    }

    /** Has the loop look at the watch anew. */
    void wake() {
        wake.release();
    }

    void workerExited(UnexpectedWorkerExit exit) {
        if (!exits.offer(Optional.of(exit))) {
            LOG.error("too many worker exits at once, one is not handled worker={}", service.shown(exit.label()));
        }
    }

    private void runChecks() {
        watchController.finishWhatWasDecided();
        while (!closed) {
            try {
                pause();
                if (isDue()) {
                    watchController.check();
                    planned = Optional.empty();
                }
                housekeeping.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                planned = Optional.empty();
                LOG.error("a check could not be made{}", service.logged(), e);
            }
        }
    }

    private void runExits() {
        while (!closed) {
            try {
                exits.take().filter(exit -> !closed).ifPresent(exit -> {
                    watchController.exited(exit);
                    wake();
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("the exit of a worker could not be handled{}", service.logged(), e);
            }
        }
    }

    private void pause() throws InterruptedException {
        plan();
        long wait = planned.isPresent() ? Math.min(IDLE.toNanos(), untilDue.leftNanos()) : IDLE.toNanos();
        if (wait > 0 && wake.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
            wake.drainPermits();
            plan();
        }
    }

    private boolean isDue() {
        return planned.isPresent() && untilDue.passed();
    }

    /**
     * Turns the time of the next check into elapsed time, once for each check, so that a clock that is set back does
     * not put it off.
     */
    private void plan() {
        Optional<WatchState> watching = watchController.watch().flatMap(WatchRecord::due);
        if (watching.equals(planned)) {
            return;
        }
        planned = watching;
        if (watching.isPresent()) {
            Instant next = watching.get().schedule().nextCheckAt();
            Duration wait = Duration.between(clock.instant(), next);
            Duration most = Duration.between(watching.get().schedule().lastCheckAt(), next);
            untilDue = new Stopwatch(ticker, wait.compareTo(most) < 0 ? wait : most);
        }
    }

    /** From now on nothing is decided; does not wait for what is being done. */
    void prepareToClose() {
        closed = true;
        watchController.prepareToClose();
        wake();
    }

    /** Lets what is being done come to its end; interrupting it could tear a file or leave a step undone. */
    @Override
    public void close() {
        prepareToClose();
        boolean told = exits.offer(Optional.empty());
        join(checks);
        join(ends);
        if (!told || checks.isAlive() || ends.isAlive()) {
            checks.interrupt();
            ends.interrupt();
            join(checks);
            join(ends);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(STOP_WAIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
