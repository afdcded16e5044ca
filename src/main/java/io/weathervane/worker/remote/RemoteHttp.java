package io.weathervane.worker.remote;

import io.weathervane.util.MemoryBudget;
import io.weathervane.util.ProductVersion;
import io.weathervane.util.Threads;
import io.weathervane.worker.protocol.AnswerMemoryBudget;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests of one worker to its remote server; each has a connection for itself while it lasts. */
final class RemoteHttp {
    /** How long a connection may take to be there: 10 s. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** Threads for what may take its time between us and a server: looking up its name, and TLS. */
    private static final int THREADS_MAX = 64;

    /** An address, or the name that no server is asked for: what begins with a digit and has no letter is no name. */
    private static final Pattern ADDRESS = Pattern.compile("localhost|[0-9][0-9.]*|\\[.*]", Pattern.CASE_INSENSITIVE);

    /** Idle connections are closed before usual servers close them, which a request could run into: 4 s. */
    private static final String KEEP_ALIVE = "jdk.httpclient.keepalive.timeout";

    private static final String KEEP_ALIVE_SECONDS = "4";

    private static final Logger LOG = LoggerFactory.getLogger("RemoteWorker");

    private final HttpClient client;
    private final Executor threads;
    private final RequestCredentials credentials;
    private final int messageBytes;
    private final MemoryBudget.Account memory = MemoryBudget.ofAnswers().account();

    /**
     * A client for one worker. Without TLS a request is written by the thread that brings it, and its answer is read by the
     * client's own: each hand-over to another thread costs a call more than all else here.
     *
     * @param urls the worker's instances
     */
    RemoteHttp(String label, List<URI> urls, RequestCredentials credentials, int messageBytes) throws IOException {
        if (System.getProperty(KEEP_ALIVE) == null) {
            System.setProperty(KEEP_ALIVE, KEEP_ALIVE_SECONDS);
        }
        this.credentials = credentials;
        this.messageBytes = messageBytes;
        this.threads = Threads.newPerTask("remote-" + label, THREADS_MAX);
        boolean plain = urls.stream().allMatch(url -> "http".equalsIgnoreCase(url.getScheme()));
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .executor(plain ? Runnable::run : threads);
        credentials.tls().ifPresent(builder::sslContext);
        this.client = builder.build();
    }

    RequestCredentials credentials() {
        return credentials;
    }

    int messageBytes() {
        return messageBytes;
    }

    AnswerMemoryBudget newMemory() {
        return new AnswerMemoryBudget(memory);
    }

    private static HttpRequest.Builder request(URI url, Map<String, String> carried, Map<String, String> protocol) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .setHeader("User-Agent", "weathervane/" + ProductVersion.text())
                .setHeader("Accept-Encoding", "identity");
        carried.forEach(request::setHeader);
        protocol.forEach(request::setHeader);
        return request;
    }

    /** @param carried what lets it in */
    HttpRequest.Builder post(
            URI url, Map<String, String> carried, Map<String, String> protocol, HttpRequest.BodyPublisher body) {
        return request(url, carried, protocol)
                .setHeader("Content-Type", CompleteResponse.JSON)
                .setHeader("Accept", CompleteResponse.JSON + ", " + CompleteResponse.EVENT_STREAM)
                .POST(body);
    }

    /** A request on its way, which can be given up: its connection is closed then. */
    final class Sent {
        private final AtomicReference<@Nullable AnswerReader> reader = new AtomicReference<>();
        private final AtomicReference<@Nullable Future<?>> response = new AtomicReference<>();
        private final CompletableFuture<CompleteResponse> answer = new CompletableFuture<>();
        private final EventStreamParser.Sink sink;
        private final EventStreamParser events;
        private volatile boolean cancelled;

        private Sent(EventStreamParser.Sink messages) {
            this.sink = messages;
            this.events = new EventStreamParser(messageBytes, messages);
        }

        private void beginElsewhere(HttpRequest request) {
            try {
                begin(request);
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }

        /** The answer is there as soon as its body is: the client itself says so later, on another thread. */
        private void begin(HttpRequest request) {
            CompletableFuture<HttpResponse<CompleteResponse>> begun = client.sendAsync(request, this::read);
            response.set(begun);
            if (cancelled) {
                begun.cancel(true);
            }
            var unused = begun.whenComplete((whole, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                }
            });
        }

        private AnswerReader read(HttpResponse.ResponseInfo info) {
            AnswerReader made = new AnswerReader(info, events, messageBytes, newMemory());
            reader.set(made);
            sink.begun(info.statusCode(), info.headers());
            if (cancelled) {
                made.cancel();
            }
            var unused = made.getBody().thenAccept(answer::complete);
            return made;
        }

        EventStreamParser events() {
            return events;
        }

        /** Completed when the answer is there whole, or the stream has ended, by the thread that has read it. */
        CompletableFuture<CompleteResponse> answer() {
            return answer;
        }

        /** Whether the headers of the answer are there. */
        boolean isAnswering() {
            return reader.get() != null;
        }

        boolean isDone() {
            return answer.isDone();
        }

        /** Does nothing to what has ended: its connection may be another request's by now. */
        void cancel() {
            cancelled = true;
            if (answer.isDone()) {
                return;
            }
            AnswerReader now = reader.get();
            if (now != null) {
                now.cancel();
            }
            Future<?> begun = response.get();
            if (begun != null) {
                begun.cancel(true);
            }
        }
    }

    /** @param messages gets each message of an event stream, on the thread that reads it */
    Sent send(HttpRequest request, EventStreamParser.Sink messages) {
        Sent sent = new Sent(messages);
        if (ADDRESS.matcher(String.valueOf(request.uri().getHost())).matches()) {
            sent.begin(request);
        } else {
            threads.execute(() -> sent.beginElsewhere(request));
        }
        return sent;
    }

    /**
     * Sends it and waits for the whole answer.
     *
     * @throws IOException when there is none in this time
     */
    CompleteResponse ask(HttpRequest request, Duration limit, EventStreamParser.Sink messages) throws IOException {
        Sent sent = send(request, messages);
        try {
            return sent.answer().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(FailureTexts.of(request.uri(), e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting", e);
        } finally {
            if (!sent.isDone()) {
                sent.cancel();
            }
        }
    }

    /** A request with what lets it in. */
    @FunctionalInterface
    interface Credentialed {
        HttpRequest with(Map<String, String> carried) throws IOException;
    }

    /**
     * As {@link #ask}; when the server refuses the token, once again with one that is fetched anew.
     *
     * @throws IOException when there is no answer in this time, or no credentials
     */
    CompleteResponse askAuthorized(Credentialed request, Duration limit, EventStreamParser.Sink messages)
            throws IOException {
        Map<String, String> carried = credentials.headers();
        CompleteResponse answer = ask(request.with(carried), limit, messages);
        if (answer.status() != 401 || !credentials.refreshAfterUnauthorized(carried)) {
            return answer;
        }
        answer.giveBack().run();
        return ask(request.with(credentials.headers()), limit, messages);
    }

    /** A GET for a session's stream, or for what is left of one. */
    HttpRequest stream(RemoteSession of, Map<String, String> carried, Optional<String> lastId) {
        HttpRequest.Builder get = request(of.url(), carried, of.headers())
                .setHeader("Accept", CompleteResponse.EVENT_STREAM)
                .GET();
        lastId.ifPresent(id -> get.setHeader("Last-Event-ID", id));
        return get.build();
    }

    /** Tells the server that the session has ended; that it does not listen changes nothing. */
    void end(RemoteSession session, Duration limit) {
        try {
            askAuthorized(
                            carried -> request(session.url(), carried, session.headers())
                                    .DELETE()
                                    .build(),
                            limit,
                            event -> {})
                    .giveBack()
                    .run();
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("the server was not told of the end of its session: {}", e.getMessage());
        }
    }

    /** The URL as it may be shown: it has no secret, and no query. */
    static String shown(URI url) {
        String query = Optional.ofNullable(url.getRawQuery()).map(text -> "?…").orElse("");
        return url.getScheme() + "://" + url.getRawAuthority()
                + Optional.ofNullable(url.getRawPath()).orElse("") + query;
    }
}
