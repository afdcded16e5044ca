package io.weathervane.transport.http;

import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The answers that are open, each kept alive while it is silent, and the bound on those that are open for good. */
public final class EventStreamRegistry implements AutoCloseable {
    /** A call that took longer is looked at again before it is answered: its token may have ended. 50 ms. */
    static final long SLOW_NANOS = 50_000_000;

    /** Threads that write comments, each of which may hang on a client that does not read. */
    private static final int WRITERS_MAX = 16;

    /** How long a stream must have been silent to be looked at when there is no place for another: 1 s. */
    private static final long LOOKED_AT_NANOS = 1_000_000_000;

    private final Set<KeepAliveTarget> open = ConcurrentHashMap.newKeySet();
    private final int lastingMax;
    private final Semaphore lasting;
    private final long silentNanos;
    private final Ticker ticker;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("http-keep-alive"));
    private final ScheduledFuture<?> ticking;
    private final ExecutorService writers = Threads.newPerTask("http-keep-alive-writer", WRITERS_MAX);
    private volatile Predicate<HttpExchange> admitted = httpExchange -> true;
    private volatile Runnable housekeeping = () -> {};
    private volatile boolean closed;

    /** @param lastingMax most streams that stay open without a call */
    EventStreamRegistry(Duration silence, int lastingMax, Ticker ticker) {
        this.silentNanos = silence.toNanos();
        this.lastingMax = lastingMax;
        this.lasting = new Semaphore(lastingMax);
        this.ticker = ticker;
        long period = Math.max(1, silence.toMillis() / 2);
        ticking = timer.scheduleWithFixedDelay(
                Threads.repeated("http-keep-alive", this::sweep), period, period, TimeUnit.MILLISECONDS);
    }

    /** Answers only turns of which this holds at that moment, when they took their time. */
    void answerOnly(Predicate<HttpExchange> stillAdmitted) {
        admitted = stillAdmitted;
    }

    /** Runs this too each time the streams are looked through. */
    void alsoRun(Runnable work) {
        housekeeping = work;
    }

    public boolean isSlow(long begunAt) {
        return nanos() - begunAt > SLOW_NANOS;
    }

    public boolean mayAnswer(HttpExchange httpExchange) {
        return admitted.test(httpExchange);
    }

    /** Makes the exchange's answer a stream that is kept alive until it is over. */
    public EventStream open(HttpExchange httpExchange) {
        EventStream stream = new EventStream(httpExchange, ticker, this::mayAnswer);
        stream.whenOver(() -> open.remove(stream));
        open.add(stream);
        return stream;
    }

    public void add(KeepAliveTarget target) {
        open.add(target);
    }

    public void remove(KeepAliveTarget target) {
        open.remove(target);
    }

    /**
     * Takes one of the places for streams that stay open; {@link #releaseLasting} gives it back. When there is none,
     * it is looked which clients are gone, so that one who tries again finds their places.
     */
    public boolean reserveLasting() {
        if (closed) {
            return false;
        }
        boolean taken = lasting.tryAcquire();
        if (!taken) {
            keepAlive(Math.min(LOOKED_AT_NANOS, silentNanos));
        }
        return taken;
    }

    public void releaseLasting() {
        lasting.release();
    }

    /** Why there was no place. */
    public String noPlace() {
        return closed
                ? "the server is ending"
                : lastingMax + " streams (GET and subscriptions/listen) are open, which is the most; try again later";
    }

    /** Ends the event streams whose caller is not admitted any more, and answers whose client is gone. */
    void look(Predicate<HttpExchange> admitted) {
        for (KeepAliveTarget target : open) {
            if (target instanceof EventStream stream) {
                stream.look(admitted);
            } else if (target instanceof PostResponse waiting) {
                waiting.look();
            }
        }
    }

    public long nanos() {
        return ticker.nanos();
    }

    private void sweep() {
        keepAlive(silentNanos);
        writers.execute(housekeeping);
    }

    private void keepAlive(long longest) {
        for (KeepAliveTarget target : open) {
            writers.execute(() -> target.keepAlive(longest));
        }
    }

    /** No more of those that stay open; nothing is kept alive any more. */
    @Override
    public void close() {
        closed = true;
        ticking.cancel(false);
        timer.shutdown();
        writers.shutdown();
    }
}
