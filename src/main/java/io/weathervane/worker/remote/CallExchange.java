package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerCallException.Kind;
import io.weathervane.worker.protocol.AnswerMemoryBudget;
import io.weathervane.worker.protocol.PendingCall;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call from its POST to its answer. It is sent again only when the server has not executed it: no connection, a session
 * that is gone, a token that was refused, a server that says when to come again; each once.
 */
final class CallExchange {
    private static final Logger LOG = LoggerFactory.getLogger("RemoteWorker");

    /** A broken stream is gone on with so often without anything new on it. */
    private static final int RESUMES_MAX = 5;

    /** Before a broken stream is gone on with, unless the server says how long: 1 s, and never longer than 10 s. */
    private static final Duration RESUME_PAUSE = Duration.ofSeconds(1);

    private static final Duration RESUME_PAUSE_MAX = Duration.ofSeconds(10);

    /** A stream whose call is answered may end by itself for so long: 2 s. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final RemoteConnection connection;
    private final RemoteHttp http;
    private final JsonRpcMessage.Request request;
    private final PendingCall call;
    private final byte[] body;
    private boolean begun;
    private boolean refreshed;
    private boolean renewed;
    private boolean waited;
    private int resumes;
    private int unreachable;
    private volatile RemoteHttp.@Nullable Sent sent;
    private volatile boolean over;

    CallExchange(RemoteConnection connection, RemoteHttp http, JsonRpcMessage.Request request, PendingCall call) {
        this.connection = connection;
        this.http = http;
        this.request = request;
        this.call = call;
        this.body = JsonRpcCodec.write(request);
    }

    /** One POST of it, or one GET that goes on with its stream. */
    private static final class Attempt {
        private final URI url;
        private final Optional<RemoteSession> session;
        private volatile boolean delivered;
        private volatile Optional<String> newSession = Optional.empty();
        private Map<String, String> carried = Map.of();

        Attempt(URI url, Optional<RemoteSession> session) {
            this.url = url;
            this.session = session;
        }
    }

    /** Sends it; returns at once, what comes of it the call is told. */
    void begin() {
        Optional<RemoteSession> session = connection.sessionFor(request);
        Attempt attempt = new Attempt(session.map(RemoteSession::url).orElseGet(connection::url), session);
        try {
            attempt.carried = http.credentials().headers();
            HttpRequest post = http.post(
                            attempt.url,
                            attempt.carried,
                            connection.headers(request, session),
                            new PostedBody(body, () -> begins(attempt)))
                    .build();
            send(post, attempt);
        } catch (IOException | IllegalArgumentException e) {
            notSent("the call was not sent to " + RemoteHttp.shown(attempt.url) + ": " + e.getMessage());
        }
    }

    private void send(HttpRequest message, Attempt attempt) {
        RemoteHttp.Sent now = http.send(message, new Events(attempt));
        sent = now;
        if (over) {
            now.cancel();
        }
        var unused = now.answer().whenComplete((answer, failure) -> ended(now, attempt, answer, failure));
    }

    /** False when the call was withdrawn meanwhile; once it was sent it cannot be withdrawn any more. */
    private synchronized boolean begins(Attempt attempt) {
        begun = begun || call.beginWriting();
        attempt.delivered = begun && !over;
        return attempt.delivered;
    }

    private synchronized boolean hasBegun() {
        return begun;
    }

    /** No caller waits for it any longer. A stream whose answer is there may end by itself, so that its connection is kept. */
    void over() {
        over = true;
        RemoteHttp.Sent now = sent;
        if (now == null || now.isDone()) {
            return;
        }
        if (call.isAnswered() && now.isAnswering()) {
            connection.later(LINGER, now::cancel);
        } else {
            now.cancel();
        }
    }

    /** Ends what is still open at once. */
    void cancel() {
        over = true;
        RemoteHttp.Sent now = sent;
        if (now != null) {
            now.cancel();
        }
    }

    /** What comes on the call's own stream. */
    private final class Events implements EventStreamParser.Sink {
        private final Attempt attempt;

        Events(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void begun(HttpHeaders headers) {
            connection.reached();
            attempt.newSession = headers.firstValue(ProtocolHeaders.SESSION);
        }

        @Override
        public void message(byte[] event) {
            resumes = 0;
            AnswerMemoryBudget memory = http.newMemory();
            if (memory.isFor(event.length)) {
                deliver(event, memory.take(), attempt);
            } else {
                malformed("it sent a message of " + event.length + " bytes, " + memory.refusal());
            }
        }

        @Override
        public void tooLong(int bytesMax) {
            malformed("it sent a message of more than " + bytesMax + " bytes (workers.messageBytes)");
        }
    }

    private void deliver(byte[] message, Runnable giveBack, Attempt attempt) {
        PeerMessageReader.Received received = PeerMessageReader.read(message);
        for (JsonRpcReadException broken : received.refused()) {
            LOG.debug("worker={} sent what is no message: {}", connection.label(), broken.getMessage());
            if (broken.isAnswer()) {
                malformed(String.valueOf(broken.getMessage()));
            }
        }
        connection.learn(request, received.messages(), attempt.url, attempt.newSession);
        connection
                .channel()
                .received(new PeerMessageReader.Received(received.messages(), List.of()), giveBack, Optional.of(call));
    }

    private void ended(
            RemoteHttp.Sent now, Attempt attempt, @Nullable CompleteResponse answer, @Nullable Throwable failure) {
        try {
            if (answer != null) {
                answered(now, attempt, answer);
            } else if (!over && !call.isAnswered()) {
                broken(now, attempt, failure == null ? new IOException("no answer") : failure);
            }
        } catch (RuntimeException | Error e) {
            call.fail(new WorkerCallException(
                    attempt.delivered ? Kind.LOST : Kind.NOT_SENT,
                    "worker " + connection.label() + ": the call failed here: " + e));
            throw e;
        }
    }

    private void answered(RemoteHttp.Sent now, Attempt attempt, CompleteResponse answer) {
        if (answer.status() == 200 && answer.isEventStream() && answer.problem().isEmpty()) {
            if (!over && !call.isAnswered()) {
                streamEnded(now, attempt, "the stream ended before the answer");
            }
            return;
        }
        boolean json =
                answer.type().equals(CompleteResponse.JSON) && answer.problem().isEmpty() && answer.body().length > 0;
        if (sendsAgain(attempt, answer, json)) {
            answer.giveBack().run();
            return;
        }
        if (json) {
            deliver(answer.body(), answer.giveBack(), attempt);
        } else {
            answer.giveBack().run();
        }
        malformed(AnswerProblems.of(attempt.url, answer));
    }

    /** Whether the server did not execute it, and it is made once again. */
    private boolean sendsAgain(Attempt attempt, CompleteResponse answer, boolean json) {
        if (over) {
            return false;
        }
        if (answer.status() == 401 && !refreshed) {
            refreshed = true;
            connection.work(() -> refresh(attempt, answer));
            return true;
        }
        if (attempt.session.isPresent() && !renewed && SessionLoss.is(answer, attempt.session.get(), json)) {
            renewed = true;
            connection.work(() -> renew(attempt.session.get()));
            return true;
        }
        Optional<Duration> pause = RetryAfter.in(answer);
        if (pause.isPresent() && !waited) {
            waited = true;
            connection.later(pause.get(), this::beginUnlessOver);
            return true;
        }
        return false;
    }

    private void beginUnlessOver() {
        if (!over) {
            begin();
        }
    }

    private void refresh(Attempt attempt, CompleteResponse answer) {
        boolean again = false;
        try {
            again = http.credentials().refreshAfterUnauthorized(attempt.carried);
        } catch (IOException e) {
            malformed(AnswerProblems.of(attempt.url, answer) + "; " + e.getMessage());
            return;
        }
        if (again) {
            beginUnlessOver();
        } else {
            malformed(AnswerProblems.of(attempt.url, answer));
        }
    }

    private void renew(RemoteSession gone) {
        try {
            connection.renew(gone);
            beginUnlessOver();
        } catch (IOException e) {
            notSent("the session with " + RemoteHttp.shown(gone.url()) + " is gone, and no new one could be begun: "
                    + e.getMessage());
        }
    }

    private void broken(RemoteHttp.Sent now, Attempt attempt, Throwable failure) {
        String text = FailureTexts.of(attempt.url, failure);
        if (!attempt.delivered) {
            unreachable(attempt, text);
        } else if (now.isAnswering()) {
            streamEnded(now, attempt, text);
        } else {
            lost(text);
        }
    }

    /** Another instance may be there, and knows nothing of this one's session. */
    private void unreachable(Attempt attempt, String text) {
        unreachable++;
        if (unreachable >= connection.instances()) {
            connection.failed(text);
            notSent(text);
            return;
        }
        connection.leave(attempt.url);
        if (attempt.session.isPresent()) {
            connection.work(() -> renew(attempt.session.get()));
        } else {
            begin();
        }
    }

    /** A legacy server may have numbered its events so that the stream can be gone on with. */
    private void streamEnded(RemoteHttp.Sent now, Attempt attempt, String why) {
        Optional<String> last = now.events().lastId();
        if (attempt.session.isEmpty() || last.isEmpty() || resumes >= RESUMES_MAX) {
            lost(why);
            return;
        }
        resumes++;
        Duration pause = now.events().retry().orElse(RESUME_PAUSE);
        connection.later(
                pause.compareTo(RESUME_PAUSE_MAX) < 0 ? pause : RESUME_PAUSE_MAX,
                () -> resume(attempt, attempt.session.get(), last.get(), why));
    }

    private void resume(Attempt attempt, RemoteSession session, String lastId, String why) {
        if (over || call.isAnswered()) {
            return;
        }
        try {
            send(connection.stream(session, Optional.of(lastId)), attempt);
        } catch (IOException | IllegalArgumentException e) {
            lost(why + ", and could not be gone on with: " + e.getMessage());
        }
    }

    private void lost(String why) {
        call.fail(new WorkerCallException(Kind.LOST, clean("worker " + connection.label() + ": " + why)));
    }

    private void notSent(String why) {
        call.fail(new WorkerCallException(
                Kind.NOT_SENT,
                clean("worker " + connection.label() + " cannot be reached: " + why
                        + (hasBegun() ? "; the call was not executed" : ""))));
    }

    private void malformed(String what) {
        call.fail(new WorkerCallException(Kind.MALFORMED, clean("worker " + connection.label() + ": " + what)));
    }

    private String clean(String text) {
        return http.credentials().withoutSecrets(text);
    }
}
