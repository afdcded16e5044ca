package io.weathervane.transport.http;

import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every open event stream again and again: whether its caller would still be let in, and whether its client is
 * still there. On a thread of its own, as checking a token may mean to ask its issuer for keys.
 */
final class StreamWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StreamWatch.class);

    /** How long a stream may outlive its token, or its client. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final EventStreams streams;
    private final Predicate<Turn> admitted;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("http-stream-watch"));

    /** @param admitted whether the caller of a turn would be let in now as who it was */
    StreamWatch(EventStreams streams, Predicate<Turn> admitted) {
        this.streams = streams;
        this.admitted = admitted;
        var unused = timer.scheduleWithFixedDelay(
                Threads.repeated("http-stream-watch", this::look),
                PERIOD.toMillis(),
                PERIOD.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            streams.look(admitted);
        } catch (RuntimeException e) {
            log.error("open streams could not be looked at; tried again in {}", PERIOD, e);
        }
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
