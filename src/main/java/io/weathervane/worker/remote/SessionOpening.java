package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.jsonrpc.RequestId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Begins a session anew: as soon as the result is there, whatever else its stream may have. */
final class SessionOpening implements EventStreamParser.Sink {
    /** How long the server may take: 10 s. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final URI url;
    private final CompletableFuture<RemoteSession> begun = new CompletableFuture<>();
    private volatile Optional<String> id = Optional.empty();

    private SessionOpening(URI url) {
        this.url = url;
    }

    /**
     * The session; with a token that is fetched anew when the server refuses the one there is.
     *
     * @throws IOException when the server begins none in time
     */
    static RemoteSession perform(RemoteHttp http, URI url, ObjectNode params) throws IOException {
        Map<String, String> carried = http.credentials().headers();
        try {
            return new SessionOpening(url).perform(http, carried, params);
        } catch (UnusableAnswerException e) {
            if (e.status() == 401 && http.credentials().refreshAfterUnauthorized(carried)) {
                return new SessionOpening(url).perform(http, http.credentials().headers(), params);
            }
            throw e;
        }
    }

    /** @param params of {@code initialize}, as the first session had them */
    private RemoteSession perform(RemoteHttp http, Map<String, String> carried, ObjectNode params) throws IOException {
        JsonRpcMessage.Request initialize = new JsonRpcMessage.Request(RequestId.of("renewed"), "initialize", params);
        byte[] body = JsonRpcCodec.write(initialize);
        HttpRequest post = http.post(url, carried, Map.of(), HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        RemoteHttp.Sent sent = http.send(post, this);
        var unused = sent.answer().whenComplete(this::ended);
        try {
            return begun.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer to initialize within " + LIMIT.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnusableAnswerException unusable
                    ? unusable
                    : new IOException(FailureTexts.of(url, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting", e);
        } finally {
            if (!begun.isDone()) {
                sent.cancel();
            }
        }
    }

    @Override
    public void begun(int status, HttpHeaders headers) {
        id = headers.firstValue(ProtocolHeaders.SESSION);
    }

    @Override
    public void message(byte[] data) {
        PeerMessageReader.read(data).messages().stream()
                .filter(JsonRpcMessage.Success.class::isInstance)
                .map(JsonRpcMessage.Success.class::cast)
                .findFirst()
                .ifPresent(success -> begun.complete(RemoteSession.of(success.result(), url, id)));
    }

    private void ended(@Nullable CompleteResponse answer, @Nullable Throwable failure) {
        if (answer == null) {
            begun.completeExceptionally(failure == null ? new IOException("no answer") : failure);
            return;
        }
        answer.giveBack().run();
        if (answer.isOk() && answer.type().equals(CompleteResponse.JSON)) {
            message(answer.body());
        }
        begun.completeExceptionally(new UnusableAnswerException(answer.status(), AnswerProblems.of(url, answer)));
    }

    /** Failure of an answer that begins no session; the message says all. */
    private static final class UnusableAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        UnusableAnswerException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
