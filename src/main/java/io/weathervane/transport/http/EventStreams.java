package io.weathervane.transport.http;

import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The event streams that are open, each kept alive while its call is silent. */
final class EventStreams implements AutoCloseable {
    /** Threads that write comments, each of which may hang on a client that does not read. */
    private static final int WRITERS_MAX = 16;

    private final Set<HttpAnswer> open = ConcurrentHashMap.newKeySet();
    private final long silentNanos;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("http-keep-alive"));
    private final ScheduledFuture<?> ticking;
    private final ExecutorService writers = Threads.newPerTask("http-keep-alive-writer", WRITERS_MAX);

    EventStreams(Duration silence) {
        this.silentNanos = silence.toNanos();
        long period = Math.max(1, silence.toMillis() / 2);
        ticking = timer.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
    }

    void add(HttpAnswer stream) {
        open.add(stream);
    }

    void remove(HttpAnswer stream) {
        open.remove(stream);
    }

    private void sweep() {
        for (HttpAnswer stream : open) {
            writers.execute(() -> stream.keepAlive(silentNanos));
        }
    }

    @Override
    public void close() {
        ticking.cancel(false);
        timer.shutdown();
        writers.shutdown();
    }
}
