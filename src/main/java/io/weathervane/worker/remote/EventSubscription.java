package io.weathervane.worker.remote;

import io.weathervane.util.Backoff;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that stays open for what the server says unasked. One that breaks is opened again, with growing pauses; what was
 * missed meanwhile is asked for.
 */
final class EventSubscription {
    private static final Logger LOG = LoggerFactory.getLogger("RemoteWorker");

    /** Before it is opened again. */
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final RemoteConnection connection;
    private final RemoteHttp http;
    private final Opener opener;
    private final AtomicReference<RemoteHttp.@Nullable Sent> sent = new AtomicReference<>();

    /** How often in a row it ended without a message. */
    private int silentTimes;

    private volatile boolean closed;
    private volatile boolean alive;

    /** Whether the server took the token of the request before, or none was refused yet. */
    private volatile boolean letIn = true;

    /** Makes the request for the stream, after what was last seen of it, with what lets it in. */
    @FunctionalInterface
    interface Opener {
        HttpRequest request(Optional<String> lastId, Map<String, String> carried);
    }

    EventSubscription(RemoteConnection connection, RemoteHttp http, Opener opener) {
        this.connection = connection;
        this.http = http;
        this.opener = opener;
    }

    /** @param over runs when it ends, instead of its being opened again; empty when it is to be */
    void open(Optional<Runnable> over) {
        open(Optional.empty(), over, /* again= */ false);
    }

    private void open(Optional<String> lastId, Optional<Runnable> over, boolean again) {
        if (closed || connection.isClosed()) {
            return;
        }
        try {
            Map<String, String> carried = http.credentials().headers();
            HttpRequest request = opener.request(lastId, carried);
            RemoteHttp.Sent now = http.send(request, new Events(again));
            sent.set(now);
            if (closed) {
                now.cancel();
            }
            var unused = now.answer().whenComplete((answer, failure) -> {
                noteFailure(now, request.uri(), failure);
                connection.work(() -> ended(new Opened(now, lastId, carried), answer, failure, over));
            });
        } catch (IOException | IllegalArgumentException e) {
            again(lastId, String.valueOf(e.getMessage()), over);
        }
    }

    /** A stream as it was asked for. */
    private record Opened(RemoteHttp.Sent sent, Optional<String> lastId, Map<String, String> carried) {}

    /** Receives the events of the stream; after a reconnection it asks for what was missed. */
    private final class Events implements EventStreamParser.Sink {
        private final boolean again;

        Events(boolean again) {
            this.again = again;
        }

        @Override
        public void begun(int status, HttpHeaders headers) {
            connection.reachability().reached();
            letIn |= status != 401;
            if (again && status == 200) {
                connection.work(connection.channel()::mayHaveMissed);
            }
        }

        @Override
        public void message(byte[] message) {
            alive = true;
            connection.received(message);
        }
    }

    /** An only instance that cannot be reached is known to be so before any call finds out. */
    private void noteFailure(RemoteHttp.Sent now, URI url, @Nullable Throwable failure) {
        if (failure != null
                && !now.isAnswering()
                && !closed
                && connection.instances().count() == 1) {
            connection.reachability().unreachable(FailureTexts.of(url, failure));
        }
    }

    private void ended(
            Opened opened, @Nullable CompleteResponse answer, @Nullable Throwable failure, Optional<Runnable> over) {
        if (closed || connection.isClosed()) {
            return;
        }
        if (answer != null && !(answer.status() == 200 && answer.isEventStream())) {
            answer.giveBack().run();
            refused(opened, answer, over);
            return;
        }
        again(
                opened.sent().events().lastId(),
                failure == null ? "it ended" : String.valueOf(failure.getMessage()),
                over);
    }

    /** The server has no such stream, or not for us; one that is only not available now is asked again. */
    private void refused(Opened opened, CompleteResponse answer, Optional<Runnable> over) {
        if (answer.status() == 401 && refreshed(opened.carried())) {
            open(opened.lastId(), over, /* again= */ true);
            return;
        }
        if (answer.type().equals(CompleteResponse.JSON) && answer.problem().isEmpty() && answer.body().length > 0) {
            connection.received(answer.body());
        }
        if (answer.status() == 429 || answer.status() >= 500) {
            again(Optional.empty(), "HTTP " + answer.status(), over);
        } else {
            LOG.debug("worker={} has no stream for what it says unasked: HTTP {}", connection.label(), answer.status());
            over.ifPresent(Runnable::run);
        }
    }

    /** Once for each token that let us in before. */
    private boolean refreshed(Map<String, String> carried) {
        if (!letIn) {
            return false;
        }
        letIn = false;
        try {
            return http.credentials().refreshAfterUnauthorized(carried);
        } catch (IOException e) {
            LOG.debug("worker={} no new token for its stream: {}", connection.label(), e.getMessage());
            return false;
        }
    }

    private void again(Optional<String> lastId, String why, Optional<Runnable> over) {
        if (over.isPresent()) {
            over.get().run();
            return;
        }
        Duration next = nextPause();
        LOG.debug("worker={} stream is opened again in {}: {}", connection.label(), next, why);
        connection.later(next, () -> open(lastId, over, /* again= */ true));
    }

    private synchronized Duration nextPause() {
        silentTimes = alive ? 1 : silentTimes + 1;
        alive = false;
        return PAUSES.after(silentTimes);
    }

    void close() {
        closed = true;
        RemoteHttp.Sent now = sent.get();
        if (now != null) {
            now.cancel();
        }
    }
}
