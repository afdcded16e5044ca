package io.weathervane.worker.remote;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** One POST of a call, or one GET that goes on with its stream. */
final class CallAttempt {
    private final URI url;
    private final Optional<RemoteSession> session;
    private volatile boolean delivered;
    private volatile Optional<String> newSession = Optional.empty();
    private volatile Map<String, String> carried = Map.of();

    CallAttempt(URI url, Optional<RemoteSession> session) {
        this.url = url;
        this.session = session;
    }

    URI url() {
        return url;
    }

    /** The session that it is sent in; empty for a modern server, and for one that keeps none. */
    Optional<RemoteSession> session() {
        return session;
    }

    /** Whether the server may have it. */
    boolean isDelivered() {
        return delivered;
    }

    void delivered(boolean now) {
        delivered = now;
    }

    /** The session that the answer names. */
    Optional<String> newSession() {
        return newSession;
    }

    void newSession(Optional<String> id) {
        newSession = id;
    }

    /** What let it in, or was to. */
    Map<String, String> carried() {
        return carried;
    }

    void carries(Map<String, String> headers) {
        carried = headers;
    }
}
