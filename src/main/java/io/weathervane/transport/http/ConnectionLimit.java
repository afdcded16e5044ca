package io.weathervane.transport.http;

import io.weathervane.peer.Peer;
import io.weathervane.tool.Caller;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
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
 * that no byte renews. When a request comes for which there is no place, another connection gives its place up, as
 * {@link ConnectionEviction} decides; only when none does the new one is told that there is no place.
 */
final class ConnectionLimit implements Connection.Listener, RequestLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Connections");

    private static final Duration PERIOD = Duration.ofMillis(100);

    /** How long a connection has at least to say what it wants, while there are more than there are places. */
    private static final Duration YOUNG = Duration.ofMillis(250);

    private final HttpOptions options;
    private final Ticker ticker;
    private final ConnectionPeerTracker peers;
    private final boolean tokensNeeded;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Connection> beyond = ConcurrentHashMap.newKeySet();
    private final Map<Connection, Place> places = new ConcurrentHashMap<>();
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
        IDLE;

        ConnectionEviction.Activity activity() {
            return switch (this) {
                case HEAD, BODY -> ConnectionEviction.Activity.SPEAKING;
                case IDLE -> ConnectionEviction.Activity.IDLE;
                case WORKING -> ConnectionEviction.Activity.WORKING;
            };
        }
    }

    /** @param bytesIn what had come at the moment of the last answer: with more, a head has begun */
    private record Use(Phase phase, long since, long bytesIn) {}

    /**
     * What a connection does, which its own threads set, and who sent its last request that was let in; who only looks
     * replaces what is still as it was seen.
     */
    private static final class Place {
        private Use use;
        private volatile @Nullable Caller caller;

        Place(Use first) {
            use = first;
        }

        synchronized Use use() {
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

    /**
     * Begins to look at the connections of a server.
     *
     * @param peers knows who opened a connection
     * @param tokensNeeded whether callers show tokens
     */
    ConnectionLimit(HttpOptions options, Ticker ticker, ConnectionPeerTracker peers, boolean tokensNeeded) {
        this.options = options;
        this.ticker = ticker;
        this.peers = peers;
        this.tokensNeeded = tokensNeeded;
        long period = PERIOD.toMillis();
        var unused = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (isHttp(connection)) {
            places.put(connection, new Place(new Use(Phase.HEAD, ticker.nanos(), 0)));
            if (open.incrementAndGet() > options.bounds().connections()) {
                beyond.add(connection);
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (isHttp(connection) && places.remove(connection) != null) {
            open.decrementAndGet();
            beyond.remove(connection);
        }
    }

    /** The head of the connection's request has come. */
    void headHasCome(Request request) {
        Place place = places.get(request.getConnectionMetaData().getConnection());
        if (place != null) {
            place.set(new Use(Phase.BODY, ticker.nanos(), 0));
        }
    }

    /**
     * Told by Jetty of each request that has ended, just before the connection goes on. A completion listener would be
     * told at the same moment, and everything that the request reads and sends would go through its wrapper.
     */
    @Override
    public void log(Request request, Response response) {
        Connection connection = request.getConnectionMetaData().getConnection();
        Place place = places.get(connection);
        if (place != null && place.use().phase() != Phase.HEAD) {
            place.set(new Use(Phase.IDLE, ticker.nanos(), connection.getBytesIn()));
        }
    }

    /** All of the request has come. */
    void bodyHasCome(Request request) {
        Place place = places.get(request.getConnectionMetaData().getConnection());
        Use now = place == null ? null : place.use();
        if (place != null && now != null && now.phase() == Phase.BODY) {
            place.replace(now, new Use(Phase.WORKING, ticker.nanos(), 0));
        }
    }

    /** The request was let in as this caller's, who holds its connection from now on. */
    void isOf(HttpExchange httpExchange) {
        Place place = places.get(httpExchange.request().getConnectionMetaData().getConnection());
        if (place != null) {
            place.caller = httpExchange.caller();
        }
    }

    /** Whether there is no place for the connection of a request whose head has come, and none can be made. */
    boolean isBeyond(Request request) {
        if (beyond.isEmpty()) {
            return false;
        }
        Connection connection = request.getConnectionMetaData().getConnection();
        Place place = places.get(connection);
        if (place == null || !beyond.contains(connection)) {
            return false;
        }
        return !takesPlace(connection, holder(connection, place, Optional.of(peers.of(request))));
    }

    /** One at a time; of those that have a place, not of others that wait for one. */
    private synchronized boolean takesPlace(Connection connection, ConnectionOwner newcomer) {
        boolean taken = open.get() - beyond.size() < limit()
                || makesPlace(newcomer, other -> !beyond.contains(other), Duration.ZERO);
        if (taken) {
            beyond.remove(connection);
        }
        return taken;
    }

    int limit() {
        return options.bounds().connections();
    }

    /**
     * Closes a connection for a newcomer.
     *
     * @param age how long it must have done what it does
     */
    private boolean makesPlace(ConnectionOwner newcomer, Predicate<Connection> among, Duration age) {
        long now = ticker.nanos();
        List<ConnectionEviction.Held<Connection>> others = new ArrayList<>();
        places.forEach((connection, place) -> {
            if (among.test(connection)) {
                others.add(held(connection, place, now));
            }
        });
        Optional<ConnectionEviction.Held<Connection>> chosen =
                ConnectionEviction.choose(newcomer, others, limit(), age);
        chosen.ifPresent(held -> close(held.connection(), "its place was needed"));
        return chosen.isPresent();
    }

    private ConnectionEviction.Held<Connection> held(Connection connection, Place place, long now) {
        Use use = place.use();
        ConnectionOwner holder = holder(connection, place, peers.peek(connection));
        return new ConnectionEviction.Held<>(
                connection, holder, use.phase().activity(), Duration.ofNanos(now - use.since()));
    }

    private ConnectionOwner holder(Connection connection, Place place, Optional<Peer> peer) {
        String address = connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress client
                ? client.getHostString()
                : "";
        return ConnectionOwner.of(Optional.ofNullable(place.caller), peer, address, tokensNeeded);
    }

    private void look() {
        try {
            long now = ticker.nanos();
            places.forEach((connection, place) -> look(connection, place, now));
            while (open.get() > options.bounds().connections()
                    && makesPlace(ConnectionEviction.UNNAMED, connection -> true, YOUNG)) {
                LOG.debug("more connections than {}", options.bounds().connections());
            }
        } catch (RuntimeException e) {
            LOG.error("connections could not be looked at; tried again in {}", PERIOD, e);
        }
    }

    private void look(Connection connection, Place seen, long now) {
        Use use = seen.use();
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
