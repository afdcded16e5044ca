package io.weathervane.probe;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.DirectCallContext;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Calls of our own to workers, a few at a time, each with a time limit and all together with one. */
final class DirectCallBatch<T> {
    static final int CONCURRENT_MAX = 4;

    private static final long LOOK_MILLIS = 10;

    private final Ticker ticker;
    private final Duration callLimit;
    private final BiConsumer<T, DirectCallContext> call;
    private final Stopwatch taken;
    private final Queue<T> waiting;
    private final Queue<DirectCallContext> running = new ConcurrentLinkedQueue<>();
    private final CountDownLatch done;
    private final List<Thread> threads;
    private volatile boolean over;

    /**
     * Begins to make the calls.
     *
     * @param name of the threads
     * @param call makes one; ends when its context is cancelled
     */
    DirectCallBatch(
            String name, Ticker ticker, Duration callLimit, List<T> calls, BiConsumer<T, DirectCallContext> call) {
        this.ticker = ticker;
        this.callLimit = callLimit;
        this.call = call;
        this.taken = new Stopwatch(ticker);
        this.waiting = new ConcurrentLinkedQueue<>(calls);
        int atOnce = Math.min(CONCURRENT_MAX, calls.size());
        this.done = new CountDownLatch(atOnce);
        this.threads = IntStream.range(0, atOnce)
                .mapToObj(number -> Threads.daemon(name + "-" + number, this::work))
                .toList();
        threads.forEach(Thread::start);
    }

    /** Whether a call hangs on although it was cancelled. */
    boolean isStuck() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Waits for all of them, no longer than the limit, and not once they are to stop; ends those that run then. */
    void await(Duration limit, BooleanSupplier stop) {
        try {
            while (!over && !done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                over = taken.hasRunFor(limit) || stop.getAsBoolean();
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over = true;
            look();
        }
    }

    private void look() {
        if (over) {
            waiting.clear();
        }
        running.forEach(context -> context.look(over));
    }

    private void work() {
        try {
            for (T next = waiting.poll(); next != null; next = waiting.poll()) {
                make(next);
            }
        } finally {
            done.countDown();
        }
    }

    private void make(T next) {
        DirectCallContext context = new DirectCallContext(new Stopwatch(ticker, callLimit));
        running.add(context);
        try {
            context.look(over);
            call.accept(next, context);
        } finally {
            running.remove(context);
        }
    }
}
