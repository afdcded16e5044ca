package io.weathervane.transport.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;

/**
 * Knows which connections are beyond the limit, so that they get an answer that says so, where not to accept them
 * would leave their clients waiting for nothing. Those within it go on undisturbed.
 */
final class ConnectionLimit implements Connection.Listener {
    private final int limit;
    private final AtomicInteger open = new AtomicInteger();
    private final Set<Connection> beyond = ConcurrentHashMap.newKeySet();

    ConnectionLimit(int limit) {
        this.limit = limit;
    }

    @Override
    public void onOpened(Connection connection) {
        if (isHttp(connection) && open.incrementAndGet() > limit) {
            beyond.add(connection);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        if (isHttp(connection)) {
            open.decrementAndGet();
            beyond.remove(connection);
        }
    }

    boolean isBeyond(Request request) {
        return !beyond.isEmpty()
                && beyond.contains(request.getConnectionMetaData().getConnection());
    }

    int limit() {
        return limit;
    }

    /** TLS is a connection below the one that speaks HTTP. */
    private static boolean isHttp(Connection connection) {
        return !(connection instanceof SslConnection);
    }
}
