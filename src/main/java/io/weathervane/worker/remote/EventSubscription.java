package io.weathervane.worker.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
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

    /** Before it is opened again: 1 s, doubled each time that nothing came, up to 30 s. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private final RemoteConnection connection;
    private final RemoteHttp http;
    private final Opener opener;
    private final AtomicReference<RemoteHttp.@Nullable Sent> sent = new AtomicReference<>();
    private Duration pause = PAUSE;
    private volatile boolean closed;
    private volatile boolean alive;

    /** Makes the request for the stream, after what was last seen of it. */
    @FunctionalInterface
    interface Opener {
        HttpRequest request(Optional<String> lastId) throws IOException;
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
            HttpRequest request = opener.request(lastId);
            RemoteHttp.Sent now = http.send(request, new Events(again));
            sent.set(now);
            if (closed) {
                now.cancel();
            }
            var unused = now.answer().whenComplete((answer, failure) -> {
                noteFailure(now, request.uri(), failure);
                connection.work(() -> ended(now, answer, failure, over));
            });
        } catch (IOException | IllegalArgumentException e) {
            again(lastId, String.valueOf(e.getMessage()), over);
        }
    }

    /** What comes on the stream; when it is there again, what was missed meanwhile is asked for. */
    private final class Events implements EventStreamParser.Sink {
        private final boolean again;

        Events(boolean again) {
            this.again = again;
        }

        @Override
        public void begun(HttpHeaders headers) {
            connection.reached();
            if (again) {
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
        if (failure != null && !now.isAnswering() && !closed && connection.instances() == 1) {
            connection.failed(FailureTexts.of(url, failure));
        }
    }

    private void ended(
            RemoteHttp.Sent now,
            @Nullable CompleteResponse answer,
            @Nullable Throwable failure,
            Optional<Runnable> over) {
        if (closed || connection.isClosed()) {
            return;
        }
        if (answer != null && !(answer.status() == 200 && answer.isEventStream())) {
            answer.giveBack().run();
            refused(answer, over);
            return;
        }
        again(now.events().lastId(), failure == null ? "it ended" : String.valueOf(failure.getMessage()), over);
    }

    /** The server has no such stream, or not for us; one that is only not available now is asked again. */
    private void refused(CompleteResponse answer, Optional<Runnable> over) {
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
        Duration now = alive ? PAUSE : pause;
        alive = false;
        pause = now.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? now.multipliedBy(2) : PAUSE_MAX;
        return now;
    }

    void close() {
        closed = true;
        RemoteHttp.Sent now = sent.get();
        if (now != null) {
            now.cancel();
        }
    }
}
