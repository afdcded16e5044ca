package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The legacy session with a server: begun with the answer to {@code initialize}, anew when it is gone, with a stream of its own. */
final class Sessions {
    static final String INITIALIZE = "initialize";

    private static final Logger LOG = LoggerFactory.getLogger("RemoteWorker");

    private final RemoteConnection connection;
    private final RemoteHttp http;
    private final ReentrantLock renewing = new ReentrantLock();
    private final AtomicReference<@Nullable RemoteSession> session = new AtomicReference<>();
    private final AtomicReference<@Nullable EventSubscription> standalone = new AtomicReference<>();
    private volatile ObjectNode initializeParams = JsonRpcCodec.JSON.createObjectNode();

    Sessions(RemoteConnection connection, RemoteHttp http) {
        this.connection = connection;
        this.http = http;
    }

    /** Another one is to be begun. */
    void begins(JsonRpcMessage.Request initialize) {
        initializeParams = initialize.params();
        session.set(null);
    }

    Optional<RemoteSession> now() {
        return Optional.ofNullable(session.get());
    }

    /** The session that a message belongs to; none for a modern message, and for the one that begins a session. */
    Optional<RemoteSession> of(JsonRpcMessage message) {
        boolean without = ProtocolHeaders.modernVersion(message).isPresent()
                || ProtocolHeaders.method(message).equals(INITIALIZE);
        return without ? Optional.empty() : now();
    }

    /** Learns from the answer to {@code initialize} which session it is. */
    void learn(JsonRpcMessage.Request request, List<JsonRpcMessage> messages, URI url, Optional<String> sessionId) {
        if (request.method().equals(INITIALIZE)) {
            messages.stream()
                    .filter(JsonRpcMessage.Success.class::isInstance)
                    .map(JsonRpcMessage.Success.class::cast)
                    .findFirst()
                    .ifPresent(success -> session.set(RemoteSession.of(success.result(), url, sessionId)));
        }
    }

    /**
     * Begins a session in place of one that is gone, unless another call has done so already.
     *
     * @throws IOException when the server begins none
     */
    void renew(RemoteSession gone) throws IOException {
        renewing.lock();
        try {
            if (gone.equals(session.get())) {
                LOG.info("worker={} knows its session no longer; a new one is begun", connection.label());
                session.set(SessionOpening.perform(http, connection.instances().preferred(), initializeParams));
                connection.sendOneWay(new JsonRpcMessage.Notification(
                        "notifications/initialized", JsonRpcCodec.JSON.createObjectNode()));
                openStream();
                connection.work(connection.channel()::renewed);
            }
        } finally {
            renewing.unlock();
        }
    }

    /** A legacy server says on a stream of its own what belongs to no call, if it has one. */
    void openStream() {
        RemoteSession now = session.get();
        if (now == null || connection.isClosed()) {
            return;
        }
        EventSubscription opened =
                new EventSubscription(connection, http, (last, carried) -> http.stream(now, carried, last));
        EventSubscription before = standalone.getAndSet(opened);
        if (before != null) {
            before.close();
        }
        opened.open(Optional.empty());
    }

    /** Says goodbye, within this time. */
    void end(Duration patience) {
        EventSubscription stream = standalone.getAndSet(null);
        if (stream != null) {
            stream.close();
        }
        RemoteSession last = session.getAndSet(null);
        if (last != null && last.id().isPresent() && !patience.isZero()) {
            http.end(last, patience);
        }
    }
}
