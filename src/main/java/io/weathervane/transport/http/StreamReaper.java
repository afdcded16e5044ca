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
 * Ends event streams whose caller has lost access, and answers whose client is gone, begun or not. It checks them periodically on a thread of its
 * own, because checking a token may fetch keys from its issuer.
 */
final class StreamReaper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StreamReaper.class);

    /** How long a stream may outlive its token, or an answer its client. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final EventStreamRegistry streams;
    private final Predicate<HttpExchange> admitted;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("http-stream-watch"));

    /** @param admitted whether the caller of an exchange would be let in now as who it was */
    StreamReaper(EventStreamRegistry streams, Predicate<HttpExchange> admitted) {
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
