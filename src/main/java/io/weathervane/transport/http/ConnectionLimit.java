package io.weathervane.transport.http;

import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections, and how long each may take to say what it wants. A request's head and body each have a time
 * that no byte renews. When a request comes for which there is no place, the connection that has been saying something for
 * longest, or nothing, gives its place up; only when all others are being answered the new one is told that there is none.
 */
final class ConnectionLimit implements Connection.Listener, RequestLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Connections");

    private static final Duration PERIOD = Duration.ofMillis(100);

    /** How long a connection has at least to say what it wants, while there are more than there are places. */
    private static final Duration YOUNG = Duration.ofMillis(250);

    /** How long a connection must have been idle after an answer to give its place up. */
    private static final Duration IDLE_MIN = Duration.ofSeconds(5);

    private final HttpOptions options;
    private final Ticker ticker;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Connection> beyond = ConcurrentHashMap.newKeySet();
    private final Map<Connection, UseState> uses = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("http-deadlines"));

    private enum Phase {
        /** Its request's head has not come whole. */
        HEAD,
        /** Its request's body has not come whole. */
        BODY,
        /** Its request is being answered. */
        WORKING,
        /** It has had an answer, and says nothing. */
        IDLE
    }

    /** @param bytesIn what had come at the moment of the last answer: with more, a head has begun */
    private record Use(Phase phase, long since, long bytesIn) {}

    /** A connection's use, which its own threads set; who only looks replaces what is still as it was seen. */
    private static final class UseState {
        private Use use;

        UseState(Use first) {
            use = first;
        }

        synchronized Use get() {
            return use;
        }

        synchronized void set(Use next) {
            use = next;
        }

        synchronized void replace(Use seen, Use next) {
            if (use.equals(seen)) {
                use = next;
            }
        }
    }

    ConnectionLimit(HttpOptions options, Ticker ticker) {
        this.options = options;
        this.ticker = ticker;
        long period = PERIOD.toMillis();
        var unused = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (isHttp(connection)) {
            uses.put(connection, new UseState(new Use(Phase.HEAD, ticker.nanos(), 0)));
            if (open.incrementAndGet() > options.bounds().connections()) {
                beyond.add(connection);
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (isHttp(connection) && uses.remove(connection) != null) {
            open.decrementAndGet();
            beyond.remove(connection);
        }
    }

    /** The head of the connection's request has come. */
    void headHasCome(Request request) {
        UseState use = uses.get(request.getConnectionMetaData().getConnection());
        if (use != null) {
            use.set(new Use(Phase.BODY, ticker.nanos(), 0));
        }
    }

    /**
     * Told by Jetty of each request that has ended, just before the connection goes on. A completion listener would be
     * told at the same moment, and everything that the request reads and sends would go through its wrapper.
     */
    @Override
    public void log(Request request, Response response) {
        Connection connection = request.getConnectionMetaData().getConnection();
        UseState use = uses.get(connection);
        if (use != null && Objects.requireNonNull(use.get()).phase() != Phase.HEAD) {
            use.set(new Use(Phase.IDLE, ticker.nanos(), connection.getBytesIn()));
        }
    }

    /** All of the request has come. */
    void bodyHasCome(Request request) {
        UseState use = uses.get(request.getConnectionMetaData().getConnection());
        Use now = use == null ? null : use.get();
        if (use != null && now != null && now.phase() == Phase.BODY) {
            use.replace(now, new Use(Phase.WORKING, ticker.nanos(), 0));
        }
    }

    /** Whether there is no place for the connection of a request whose head has come, and none can be made. */
    boolean isBeyond(Request request) {
        if (beyond.isEmpty()) {
            return false;
        }
        Connection connection = request.getConnectionMetaData().getConnection();
        if (!beyond.contains(connection)) {
            return false;
        }
        boolean none = open.get() > options.bounds().connections() && !makesPlace(connection, Duration.ZERO);
        if (!none) {
            beyond.remove(connection);
        }
        return none;
    }

    int limit() {
        return options.bounds().connections();
    }

    /**
     * Closes one that has not said yet what it wants, else one that has been idle.
     *
     * @param age how long it must have had at least
     */
    private boolean makesPlace(@Nullable Connection newcomer, Duration age) {
        long now = ticker.nanos();
        Optional<Map.Entry<Connection, Use>> slowest = uses.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue().get()))
                .filter(entry -> entry.getKey() != newcomer && givesWay(entry.getValue(), now))
                .filter(entry -> now - entry.getValue().since() >= age.toNanos())
                .min(Comparator.comparing((Map.Entry<Connection, Use> entry) ->
                                entry.getValue().phase() == Phase.IDLE)
                        .thenComparing(entry -> entry.getValue().since() - now));
        slowest.ifPresent(entry -> close(entry.getKey(), "its place was needed"));
        return slowest.isPresent();
    }

    private static boolean givesWay(Use use, long now) {
        return switch (use.phase()) {
            case HEAD, BODY -> true;
            case IDLE -> now - use.since() > IDLE_MIN.toNanos();
            case WORKING -> false;
        };
    }

    private void look() {
        try {
            long now = ticker.nanos();
            uses.forEach((connection, use) -> look(connection, use, now));
            while (open.get() > options.bounds().connections() && makesPlace(/* newcomer= */ null, YOUNG)) {
                LOG.debug("more connections than {}", options.bounds().connections());
            }
        } catch (RuntimeException e) {
            LOG.error("connections could not be looked at; tried again in {}", PERIOD, e);
        }
    }

    private void look(Connection connection, UseState seen, long now) {
        Use use = Objects.requireNonNull(seen.get());
        if (use.phase() == Phase.IDLE && connection.getBytesIn() > use.bytesIn()) {
            seen.replace(use, new Use(Phase.HEAD, now, 0));
        } else if (use.phase() == Phase.HEAD
                && now - use.since() > options.times().head().toNanos()) {
            close(
                    connection,
                    "its request's head has not come within "
                            + options.times().head().toSeconds() + " s");
        } else if (use.phase() == Phase.BODY
                && now - use.since() > options.times().body().toNanos()) {
            close(
                    connection,
                    "its request's body has not come within "
                            + options.times().body().toSeconds() + " s");
        }
    }

    private void close(Connection connection, String why) {
        LOG.debug("a connection was closed: {}", why);
        onClosed(connection);
        connection.getEndPoint().close(new EofException(why));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** TLS is a connection below the one that speaks HTTP. */
    private static boolean isHttp(Connection connection) {
        return !(connection instanceof SslConnection);
    }
}
