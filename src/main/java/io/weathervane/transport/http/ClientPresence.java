package io.weathervane.transport.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Presence of an exchange's client on its connection, as long as the answer is not complete. Jetty reads nothing from a
 * connection meanwhile, so no other thread does when the one that holds the answer's lock looks. What a client sends all
 * the same is lost, and its connection has to be closed after the answer.
 */
final class ClientPresence {
    /** For a look at what the client sends while its answer is open, which is nothing, or the end. */
    private static final int HEARD_BYTES = 256;

    private final HttpExchange httpExchange;
    private final ByteBuffer heard = BufferUtil.allocate(HEARD_BYTES);

    ClientPresence(HttpExchange httpExchange) {
        this.httpExchange = httpExchange;
    }

    /** Fails the exchange, and says so, when the client has closed the connection or half of it; does not wait. */
    boolean hasEnded() {
        try {
            if (hasSentMore() || connection().fill(heard) >= 0) {
                return false;
            }
            httpExchange.callback().failed(new EofException("the client closed the connection"));
        } catch (IOException e) {
            httpExchange.callback().failed(e);
        }
        return true;
    }

    /** Whether the client has sent something before it had its answer. */
    boolean hasSentMore() {
        return heard.hasRemaining();
    }

    EndPoint connection() {
        return httpExchange.request().getConnectionMetaData().getConnection().getEndPoint();
    }
}
