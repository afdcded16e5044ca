package io.weathervane.transport.socket;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** A connection to the server that owns a workspace; one request at a time, from one thread. */
public final class SocketClient implements AutoCloseable {
    /** Messages read ahead of the caller; a server that sends more waits. */
    private static final int READ_AHEAD_MAX = 64;

    private static final Logger LOG = LoggerFactory.getLogger("SocketClient");

    private final SocketLineConnection connection;
    private final Ticker ticker;
    private final BlockingQueue<Optional<JsonRpcMessage>> received = new ArrayBlockingQueue<>(READ_AHEAD_MAX);
    private long lastId;

    private SocketClient(SocketLineConnection connection, Ticker ticker) {
        this.connection = connection;
        this.ticker = ticker;
    }

    /** Connects to the server of the workspace with this state folder. */
    public static SocketClient connect(Path stateFolder) {
        return connect(stateFolder, Ticker.system());
    }

    static SocketClient connect(Path stateFolder, Ticker ticker) {
        SocketClient client = new SocketClient(SocketLineConnection.connect(stateFolder), ticker);
        Threads.daemon("socket-client", client::readAll).start();
        return client;
    }

    /**
     * Sends one request and waits for its answer; what is heard of it before goes to {@code heard}.
     *
     * @param limit from the request on, and again from each progress that is heard of it
     * @throws ServerUnreachableException when the server goes away or does not answer in time
     */
    public JsonRpcMessage.Response request(
            String method, ObjectNode params, Duration limit, Consumer<JsonRpcMessage.Notification> heard) {
        RequestId id = RequestId.of(++lastId);
        send(new JsonRpcMessage.Request(id, method, params));
        ProgressRenewedDeadline deadline = new ProgressRenewedDeadline(ticker, limit, params);
        while (true) {
            JsonRpcMessage message = next(id, limit, deadline.nanosLeft());
            if (message instanceof JsonRpcMessage.Notification notification) {
                heard.accept(notification);
                deadline.renew(notification);
            } else if (message instanceof JsonRpcMessage.Success success
                    && success.id().equals(id)) {
                return success;
            } else if (message instanceof JsonRpcMessage.Failure failure && answers(failure, id)) {
                return failure;
            }
        }
    }

    public Path path() {
        return connection.path();
    }

    @Override
    public void close() {
        connection.close();
    }

    /** A failure without an id is about the connection, so it answers what was asked on it. */
    private static boolean answers(JsonRpcMessage.Failure failure, RequestId id) {
        return failure.id() == null || failure.id().equals(id);
    }

    private JsonRpcMessage next(RequestId id, Duration limit, long nanosLeft) {
        try {
            Optional<JsonRpcMessage> message = received.poll(nanosLeft, TimeUnit.NANOSECONDS);
            if (message == null) {
                cancel(id);
                throw new ServerUnreachableException("the server on " + connection.path() + " did not answer within "
                        + limit.toMillis() + " ms; whether the call was done is unknown, audit_query shows it");
            }
            return message.orElseThrow(this::lost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerUnreachableException("interrupted while waiting for the server on " + connection.path(), e);
        }
    }

    private void cancel(RequestId id) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.set("requestId", id.toJson());
        send(new JsonRpcMessage.Notification("notifications/cancelled", params));
    }

    /** A broken connection is noticed by reading, which may still find why the server closed it. */
    private void send(JsonRpcMessage message) {
        try {
            connection.writeLine(JsonRpcCodec.write(message));
        } catch (IOException e) {
            LOG.debug("Sending to the server failed", e);
        }
    }

    private ServerUnreachableException lost() {
        return new ServerUnreachableException("the server on " + connection.path() + " went away before it answered;"
                + " whether the call was done is unknown, audit_query shows it once a server runs again");
    }

    private void readAll() {
        try {
            boolean more = true;
            while (more) {
                Optional<JsonRpcMessage> message = read();
                received.put(message);
                more = message.isPresent();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next message; empty at the end, also at one by a failure or by something that is no message. */
    private Optional<JsonRpcMessage> read() {
        try {
            return connection.nextLine().filter(line -> !line.tooLong()).map(line -> JsonRpcCodec.read(line.bytes()));
        } catch (IOException | JsonRpcReadException e) {
            return Optional.empty();
        }
    }
}
