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
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call from its POST to its answer. It is sent again only when the server has not executed it: no connection to an
 * instance, or for one of the reasons of {@link CallRepetition}.
 */
final class CallExchange {
    private static final Logger LOG = LoggerFactory.getLogger("RemoteWorker");

    private final RemoteConnection connection;
    private final RemoteHttp http;
    private final JsonRpcMessage.Request request;
    private final PendingCall call;
    private final byte[] body;
    private final CallRepetition repetition = new CallRepetition();
    private boolean begun;
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

    /** Sends it; returns at once, what comes of it the call is told. */
    void begin() {
        Optional<RemoteSession> session = connection.sessions().of(request);
        CallAttempt attempt =
                new CallAttempt(session.map(RemoteSession::url).orElseGet(connection.instances()::preferred), session);
        try {
            attempt.carries(http.credentials().headers());
            HttpRequest post = http.post(
                            attempt.url(),
                            attempt.carried(),
                            connection.headers(request, session),
                            new PostedBody(body, () -> begins(attempt)))
                    .build();
            send(post, attempt);
        } catch (IOException | IllegalArgumentException e) {
            String why = "the call was not sent to " + RemoteHttp.shown(attempt.url()) + ": " + e.getMessage();
            connection.reachability().unreachable(clean(why));
            notSent(why);
        }
    }

    private void send(HttpRequest message, CallAttempt attempt) {
        RemoteHttp.Sent now = http.send(message, new Events(attempt));
        sent = now;
        if (over) {
            now.cancel();
        }
        var unused = now.answer().whenComplete((answer, failure) -> ended(now, attempt, answer, failure));
    }

    /** False when the call was withdrawn meanwhile; once it was sent it cannot be withdrawn any more. */
    private synchronized boolean begins(CallAttempt attempt) {
        begun = begun || call.beginWriting();
        attempt.delivered(begun && !over);
        return attempt.isDelivered();
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
            connection.lingering().add(now);
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

    /** Receives the events of the call's own stream. */
    private final class Events implements EventStreamParser.Sink {
        private final CallAttempt attempt;

        Events(CallAttempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void begun(int status, HttpHeaders headers) {
            connection.reachability().reached();
            attempt.newSession(headers.firstValue(ProtocolHeaders.SESSION));
        }

        @Override
        public void message(byte[] event) {
            repetition.streamed();
            connection.reachability().served();
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

    private void deliver(byte[] message, Runnable giveBack, CallAttempt attempt) {
        PeerMessageReader.Received received = PeerMessageReader.read(message);
        for (JsonRpcReadException broken : received.refused()) {
            LOG.debug("worker={} sent what is no message: {}", connection.label(), broken.getMessage());
            if (broken.isAnswer()) {
                malformed(String.valueOf(broken.getMessage()));
            }
        }
        connection.sessions().learn(request, received.messages(), attempt.url(), attempt.newSession());
        connection
                .channel()
                .received(new PeerMessageReader.Received(received.messages(), List.of()), giveBack, Optional.of(call));
    }

    private void ended(
            RemoteHttp.Sent now, CallAttempt attempt, @Nullable CompleteResponse answer, @Nullable Throwable failure) {
        try {
            if (answer != null) {
                answered(now, attempt, answer);
            } else if (!over && !call.isAnswered()) {
                broken(now, attempt, failure == null ? new IOException("no answer") : failure);
            }
        } catch (RuntimeException | Error e) {
            call.fail(new WorkerCallException(
                    attempt.isDelivered() ? Kind.LOST : Kind.NOT_SENT,
                    "worker " + connection.label() + ": the call failed here: " + e));
            throw e;
        }
    }

    private void answered(RemoteHttp.Sent now, CallAttempt attempt, CompleteResponse answer) {
        if (answer.status() == 200 && answer.isEventStream() && answer.problem().isEmpty()) {
            if (!over && !call.isAnswered()) {
                streamEnded(now, attempt, "the stream ended before the answer");
            }
            return;
        }
        boolean json =
                answer.type().equals(CompleteResponse.JSON) && answer.problem().isEmpty() && answer.body().length > 0;
        Optional<CallRepetition.Reason> again = over ? Optional.empty() : repetition.of(answer, attempt, json);
        if (again.isPresent()) {
            answer.giveBack().run();
            sendAgain(again.get(), attempt, answer);
            return;
        }
        if (json) {
            if (answer.isOk()) {
                connection.reachability().served(); // before the caller can look
            }
            deliver(answer.body(), answer.giveBack(), attempt);
        } else {
            answer.giveBack().run();
        }
        judge(attempt, answer);
    }

    /** An error of the protocol is an answer as well; one that lets us not in is none. */
    private void judge(CallAttempt attempt, CompleteResponse answer) {
        boolean served = call.isAnswered() && !answer.isUnauthorized();
        if (served) {
            connection.reachability().served();
        } else if (!over) {
            refused(attempt, answer, "");
        }
    }

    private void refused(CallAttempt attempt, CompleteResponse answer, String more) {
        String what = AnswerProblems.of(attempt.url(), answer) + more;
        connection.reachability().refused(answer, clean(what));
        malformed(what);
    }

    private void sendAgain(CallRepetition.Reason why, CallAttempt attempt, CompleteResponse answer) {
        switch (why) {
            case TOKEN_REFUSED -> connection.work(() -> refresh(attempt, answer));
            case SESSION_GONE -> connection.work(() -> renew(attempt.session().orElseThrow()));
            case HEADERS_OLD -> connection.work(this::listAgain);
            case LATER -> connection.later(RetryAfter.in(answer).orElseThrow(), this::beginUnlessOver);
        }
    }

    /** The headers of a call go by its tool's definition, and the server may have another now. */
    private void listAgain() {
        connection.channel().toolsAreOld();
        beginUnlessOver();
    }

    private void beginUnlessOver() {
        if (!over) {
            begin();
        }
    }

    private void refresh(CallAttempt attempt, CompleteResponse answer) {
        boolean again = false;
        try {
            again = http.credentials().refreshAfterUnauthorized(attempt.carried());
        } catch (IOException e) {
            refused(attempt, answer, "; " + e.getMessage());
            return;
        }
        if (again) {
            beginUnlessOver();
        } else {
            refused(attempt, answer, "");
        }
    }

    private void renew(RemoteSession gone) {
        try {
            connection.sessions().renew(gone);
            beginUnlessOver();
        } catch (IOException e) {
            String why = "the session with " + RemoteHttp.shown(gone.url())
                    + " is gone, and no new one could be begun: " + e.getMessage();
            connection.reachability().unreachable(clean(why));
            notSent(why);
        }
    }

    private void broken(RemoteHttp.Sent now, CallAttempt attempt, Throwable failure) {
        String text = FailureTexts.of(attempt.url(), failure);
        if (!attempt.isDelivered()) {
            unreachable(attempt, text);
        } else if (now.isAnswering()) {
            streamEnded(now, attempt, text);
        } else {
            lost(text);
        }
    }

    /** Another instance may be there, and knows nothing of this one's session. */
    private void unreachable(CallAttempt attempt, String text) {
        unreachable++;
        if (unreachable >= connection.instances().count()) {
            connection.reachability().unreachable(clean(text));
            notSent(text);
            return;
        }
        connection.instances().leave(attempt.url());
        if (attempt.session().isPresent()) {
            connection.work(() -> renew(attempt.session().get()));
        } else {
            connection.work(this::beginUnlessOver);
        }
    }

    /** A legacy server may have numbered its events so that the stream can be gone on with. */
    private void streamEnded(RemoteHttp.Sent now, CallAttempt attempt, String why) {
        Optional<String> last = now.events().lastId();
        Optional<Duration> pause =
                attempt.session().isEmpty() || last.isEmpty() ? Optional.empty() : repetition.resume(now.events());
        if (pause.isEmpty()) {
            lost(why);
            return;
        }
        connection.later(pause.get(), () -> resume(attempt, attempt.session().get(), last.orElseThrow(), why));
    }

    private void resume(CallAttempt attempt, RemoteSession session, String lastId, String why) {
        if (over || call.isAnswered()) {
            return;
        }
        try {
            attempt.carries(http.credentials().headers());
            send(http.stream(session, attempt.carried(), Optional.of(lastId)), attempt);
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
