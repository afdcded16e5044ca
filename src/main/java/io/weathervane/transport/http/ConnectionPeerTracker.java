package io.weathervane.transport.http;

import io.weathervane.peer.LoopbackPeerLookup;
import io.weathervane.peer.Peer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;

/** Has the user of each connection looked up when it is accepted, and knows it for the connection's requests. */
final class ConnectionPeerTracker implements Connection.Listener, AutoCloseable {
    /** Longest that a connection's first request waits to be told whose it is. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(2);

    private final LoopbackPeerLookup peers = LoopbackPeerLookup.start();
    private final Map<Connection, CompletableFuture<Peer>> known = new ConcurrentHashMap<>();

    @Override
    public void onOpened(Connection connection) {
        EndPoint end = connection.getEndPoint();
        if (!(connection instanceof SslConnection)
                && end.getRemoteSocketAddress() instanceof InetSocketAddress client
                && end.getLocalSocketAddress() instanceof InetSocketAddress server) {
            known.put(connection, peers.lookUp(client, server));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        known.remove(connection);
    }

    /** Whether {@link #of} answers at once. */
    boolean knows(Request request) {
        CompletableFuture<Peer> answer = answer(request);
        return answer == null || answer.isDone();
    }

    Peer of(Request request) {
        CompletableFuture<Peer> answer = answer(request);
        try {
            return answer == null ? Peer.UNKNOWN : answer.get(WAIT_MAX.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Peer.UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Peer.UNKNOWN;
        }
    }

    /** Who it is; empty while it is being looked up. */
    Optional<Peer> peek(Connection connection) {
        CompletableFuture<Peer> answer = known.get(connection);
        if (answer == null || answer.isCompletedExceptionally()) {
            return Optional.of(Peer.UNKNOWN);
        }
        return answer.isDone() ? Optional.of(answer.join()) : Optional.empty();
    }

    private @org.jspecify.annotations.Nullable CompletableFuture<Peer> answer(Request request) {
        return known.get(request.getConnectionMetaData().getConnection());
    }

    @Override
    public void close() {
        peers.close();
    }
}
