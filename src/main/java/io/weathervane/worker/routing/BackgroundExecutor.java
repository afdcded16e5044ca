package io.weathervane.worker.routing;

import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs work later, or beside the callers: each task on its own thread, or in order for the database. */
public final class BackgroundExecutor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");
    private static final int TASKS_MAX = 16;

    /** Workers that are being ended at the same time; one more is ended on its caller's thread. */
    public static final int DRAINS_MAX = 16;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_WRITES_LIMIT = Duration.ofSeconds(2);

    private final ExecutorService tasks = Threads.newPerTask("workers", TASKS_MAX);
    private final ExecutorService drains = Threads.newPerTask("workers-drain", DRAINS_MAX);
    private final ExecutorService inOrder = Executors.newSingleThreadExecutor(Threads.daemonFactory("workers-record"));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, Threads.daemonFactory("workers-timer"));

    /** Runs the task on a thread of its own. */
    public void run(Runnable task) {
        submit(tasks, task);
    }

    /** Runs the task, which may take as long as a drain, on a thread of its own that nothing else needs. */
    public void runDrain(Runnable task) {
        runOrRetry(drains, task);
    }

    /** Runs the task after those given here before. */
    public void runInOrder(Runnable task) {
        submit(inOrder, task);
    }

    /** Runs the task on a thread of its own, later. */
    public void runAfter(Duration delay, Runnable task) {
        try {
            var unused = timer.schedule(() -> runOrRetry(tasks, task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing: a task is no longer planned");
        }
    }

    /** Without memory for a thread the task is put off: it may be what brings a worker back. */
    private void runOrRetry(ExecutorService executor, Runnable task) {
        try {
            submit(executor, task);
        } catch (OutOfMemoryError e) {
            LOG.error("a task of the worker manager is put off for {}: {}", RETRY, e.toString());
            runAfter(RETRY, task);
        }
    }

    private static void submit(ExecutorService executor, Runnable task) {
        try {
            executor.execute(Threads.repeated("workers", () -> guarded(task)));
        } catch (RejectedExecutionException e) {
            LOG.debug("closing: a task is no longer done");
        }
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a task of the worker manager failed", e);
        }
    }

    /** Plans nothing any more and waits a moment for what is being done, so that nothing is written afterwards. */
    @Override
    public void close() {
        timer.shutdownNow();
        end(drains);
        end(tasks);
        end(inOrder);
    }

    private static void end(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(LAST_WRITES_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("the last tasks and records of the workers were not done in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
