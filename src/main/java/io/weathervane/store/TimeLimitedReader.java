package io.weathervane.store;

import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Reads that are given up when they do not end at once: a file that is locked or gone must not hold up a decision. */
final class TimeLimitedReader {
    /** Longest wait for an answer: 250 ms. */
    private static final Duration LIMIT = Duration.ofMillis(250);

    /** Reads under way, those given up included. */
    private static final int READS_MAX = 4;

    private final Semaphore places = new Semaphore(READS_MAX);
    private final ExecutorService threads = Threads.newPerTask("brief-reads", 2 * READS_MAX);

    /** @throws StoreException when it fails, or there is no answer in time */
    <T> T ask(Supplier<T> read) {
        if (!places.tryAcquire()) {
            throw busy("earlier reads have not ended");
        }
        FutureTask<T> task = new FutureTask<>(() -> {
            try {
                return read.get();
            } finally {
                places.release();
            }
        });
        threads.execute(task);
        return await(task);
    }

    private static <T> T await(FutureTask<T> task) {
        try {
            return task.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw busy("no answer within " + LIMIT.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException failure
                    ? failure
                    : new StoreException(StoreException.Kind.FAILED, String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.FAILED, "interrupted while reading", e);
        }
    }

    private static StoreException busy(String why) {
        return new StoreException(StoreException.Kind.BUSY, "the database does not answer: " + why);
    }
}
