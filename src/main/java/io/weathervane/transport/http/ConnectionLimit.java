package io.weathervane.transport.http;

import io.weathervane.peer.Peer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the number of connections. When a request comes for which there is no place, another connection gives its place
 * up, as {@link ConnectionEviction} decides; only when none does the new one is told that there is no place. Connections
 * that {@link RequestReadDeadlines} calls late are closed, too.
 */
final class ConnectionLimit implements Connection.Listener, RequestLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Connections");

    private static final Duration PERIOD = Duration.ofMillis(100);

    /** Most connections closed in one period to make place: each looks at all of them. */
    private static final int CLOSED_MAX = 32;

    /** How long a connection has at least to say what it wants, while there are more than there are states. */
    private static final Duration YOUNG = Duration.ofMillis(250);

    private final HttpOptions options;
    private final RequestReadDeadlines deadlines;
    private final Ticker ticker;
    private final ConnectionPeerTracker peers;
    private final boolean tokensNeeded;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Connection> beyond = ConcurrentHashMap.newKeySet();
    private final Map<Connection, HttpConnectionState> states = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Threads.daemonFactory("http-deadlines"));

    /**
     * Begins to look at the connections of a server.
     *
     * @param peers knows who opened a connection
     * @param tokensNeeded whether callers show tokens
     */
    ConnectionLimit(HttpOptions options, Ticker ticker, ConnectionPeerTracker peers, boolean tokensNeeded) {
        this.options = options;
        this.deadlines = new RequestReadDeadlines(options.timeouts());
        this.ticker = ticker;
        this.peers = peers;
        this.tokensNeeded = tokensNeeded;
        long period = PERIOD.toMillis();
        var unused = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        if (isHttp(connection)) {
            states.put(connection, new HttpConnectionState(ticker.nanos()));
            if (open.incrementAndGet() > options.bounds().connections()) {
                beyond.add(connection);
            }
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (isHttp(connection) && states.remove(connection) != null) {
            open.decrementAndGet();
            beyond.remove(connection);
        }
    }

    /** The head of the connection's request has come. */
    void headReceived(Request request) {
        HttpConnectionState state = states.get(request.getConnectionMetaData().getConnection());
        if (state != null) {
            state.headReceived(ticker.nanos());
        }
    }

    /**
     * Told by Jetty of each request that has ended, just before the connection goes on. A completion listener would be
     * told at the same moment, and everything that the request reads and sends would go through its wrapper.
     */
    @Override
    public void log(Request request, Response response) {
        Connection connection = request.getConnectionMetaData().getConnection();
        HttpConnectionState state = states.get(connection);
        if (state != null) {
            state.answered(ticker.nanos(), connection.getBytesIn());
        }
    }

    /** All of the request has come. */
    void bodyReceived(Request request) {
        HttpConnectionState state = states.get(request.getConnectionMetaData().getConnection());
        if (state != null) {
            state.bodyReceived(ticker.nanos());
        }
    }

    /** The request was let in as this caller's, who holds its connection from now on. */
    void setCaller(HttpExchange httpExchange) {
        HttpConnectionState state =
                states.get(httpExchange.request().getConnectionMetaData().getConnection());
        if (state != null) {
            state.setCaller(httpExchange.caller());
        }
    }

    /** Whether there is no place for the connection of a request whose head has come, and none can be made. */
    boolean isBeyond(Request request) {
        if (beyond.isEmpty()) {
            return false;
        }
        Connection connection = request.getConnectionMetaData().getConnection();
        HttpConnectionState state = states.get(connection);
        if (state == null || !beyond.contains(connection)) {
            return false;
        }
        return !takesPlace(connection, holder(connection, state, Optional.of(peers.of(request))));
    }

    /** One at a time; of those that have a place, not of others that wait for one. */
    private synchronized boolean takesPlace(Connection connection, RankedConnectionOwner newcomer) {
        boolean taken = open.get() - beyond.size() < limit()
                || makesPlace(newcomer, other -> !beyond.contains(other), Duration.ZERO);
        if (taken) {
            beyond.remove(connection);
        }
        return taken;
    }

    /** Counts the request's connection no more: it has become a flag stream, which have a limit of their own. */
    void release(Request request) {
        onClosed(request.getConnectionMetaData().getConnection());
    }

    int limit() {
        return options.bounds().connections();
    }

    /**
     * Closes a connection for a newcomer.
     *
     * @param age how long it must have done what it does
     */
    private boolean makesPlace(RankedConnectionOwner newcomer, Predicate<Connection> among, Duration age) {
        long now = ticker.nanos();
        List<ConnectionEviction.Held<Connection>> others = new ArrayList<>();
        states.forEach((connection, state) -> {
            if (among.test(connection)) {
                others.add(held(connection, state, now));
            }
        });
        Optional<ConnectionEviction.Held<Connection>> chosen =
                ConnectionEviction.choose(newcomer, others, limit(), age);
        chosen.ifPresent(held -> close(held.connection(), "its place was needed"));
        return chosen.isPresent();
    }

    private ConnectionEviction.Held<Connection> held(Connection connection, HttpConnectionState state, long now) {
        HttpConnectionState.Step step = state.step();
        RankedConnectionOwner owner = holder(connection, state, peers.peek(connection));
        return new ConnectionEviction.Held<>(
                connection, owner, step.phase().activity(), Duration.ofNanos(now - step.since()));
    }

    private RankedConnectionOwner holder(Connection connection, HttpConnectionState state, Optional<Peer> peer) {
        String address = connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress client
                ? client.getHostString()
                : "";
        return RankedConnectionOwner.of(state.caller(), peer, address, tokensNeeded);
    }

    private void look() {
        try {
            closeLate();
            int closed = 0;
            while (closed < CLOSED_MAX
                    && open.get() > options.bounds().connections()
                    && makesPlace(ConnectionEviction.UNNAMED, connection -> true, YOUNG)) {
                closed++;
                LOG.debug("more connections than {}", options.bounds().connections());
            }
        } catch (RuntimeException e) {
            LOG.error("connections could not be looked at; tried again in {}", PERIOD, e);
        }
    }

    private void closeLate() {
        long now = ticker.nanos();
        states.forEach((connection, state) ->
                deadlines.missed(state, connection.getBytesIn(), now).ifPresent(why -> close(connection, why)));
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
