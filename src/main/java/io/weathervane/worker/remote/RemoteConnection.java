package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.PeerMessageReader;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.protocol.PendingCall;
import io.weathervane.worker.protocol.WorkerChannel;
import io.weathervane.worker.protocol.WorkerConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages to and from a remote server by MCP's Streamable HTTP: each of ours is a POST, an answer is JSON or an event
 * stream. Which generation is spoken shows in the messages themselves: a modern one names its version, and with the answer
 * to {@code initialize} a legacy session begins.
 */
final class RemoteConnection implements WorkerConnection {
    private static final Logger LOG = LoggerFactory.getLogger("RemoteWorker");

    /** What waits for the server on its own: tokens, sessions, streams that are opened again. */
    private static final int WORK_THREADS_MAX = 32;

    /** Streams that are open for what no call waits for. */
    private static final int STREAMS_MAX = 16;

    /** How long the server may take for what has to be in order: 10 s. */
    private static final Duration ORDERED_LIMIT = Duration.ofSeconds(10);

    private static final String INITIALIZE = "initialize";
    private static final String DISCOVER = "server/discover";
    private static final String LISTEN = "subscriptions/listen";

    private final String label;
    private final List<URI> urls;
    private final RemoteHttp http;
    private final WorkerChannel channel;
    private final ExecutorService work;
    private final LogRateLimiter logBudget;
    private final Map<Long, CallExchange> exchanges = new ConcurrentHashMap<>();
    private final Map<Long, EventSubscription> subscriptions = new ConcurrentHashMap<>();
    private volatile URI preferred;
    private final ReentrantLock renewing = new ReentrantLock();
    private final AtomicReference<@Nullable RemoteSession> session = new AtomicReference<>();
    private final AtomicReference<@Nullable EventSubscription> standalone = new AtomicReference<>();
    private volatile ObjectNode initializeParams = JsonRpcCodec.JSON.createObjectNode();
    private volatile Optional<JsonRpcMessage.Request> opening = Optional.empty();
    private volatile Optional<String> unreachable = Optional.empty();
    private volatile boolean closed;

    RemoteConnection(String label, List<URI> urls, RemoteHttp http, WorkerChannel channel, Ticker ticker) {
        this.label = label;
        this.urls = urls;
        this.http = http;
        this.channel = channel;
        this.work = Threads.newPerTask("remote-work-" + label, WORK_THREADS_MAX);
        this.logBudget = new LogRateLimiter(ticker);
        this.preferred = urls.get(0);
    }

    @Override
    public void begin() {
        // a server elsewhere says nothing before it is asked
    }

    @Override
    public void send(JsonRpcMessage.Request request, PendingCall call, boolean alone) {
        if (closed) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.NOT_SENT, "the connection to worker " + label + " is closed");
        }
        if (request.method().equals(INITIALIZE)) {
            initializeParams = request.params();
            opening = Optional.of(request);
            session.set(null);
        } else if (request.method().equals(DISCOVER)) {
            opening = Optional.of(request);
        }
        CallExchange exchange = new CallExchange(this, http, request, call);
        exchanges.put(call.id(), exchange);
        exchange.begin();
    }

    @Override
    public void over(PendingCall call) {
        CallExchange exchange = exchanges.remove(call.id());
        if (exchange != null) {
            exchange.over();
        }
    }

    @Override
    public boolean offer(JsonRpcMessage message) {
        if (closed) {
            return false;
        }
        if (message instanceof JsonRpcMessage.Notification notification
                && notification.method().equals("notifications/cancelled")
                && ProtocolHeaders.modernVersion(message).isPresent()) {
            // Modern: the end of the stream is the cancellation.
            giveUp(notification.params().path("requestId").asLong(-1));
            return true;
        }
        if (message instanceof JsonRpcMessage.Request request) {
            return request.method().equals(LISTEN) ? listen(request) : inOrder(message);
        }
        if (message instanceof JsonRpcMessage.Notification notification
                && notification.method().equals("notifications/initialized")) {
            boolean told = inOrder(message);
            openStandalone();
            return told;
        }
        work(() -> sendOneWay(message));
        return true;
    }

    private void giveUp(long id) {
        CallExchange exchange = exchanges.get(id);
        if (exchange != null) {
            exchange.cancel();
        }
        EventSubscription subscription = subscriptions.remove(id);
        if (subscription != null) {
            subscription.close();
        }
    }

    private boolean listen(JsonRpcMessage.Request request) {
        if (!(request.id().value() instanceof Long id) || subscriptions.size() >= STREAMS_MAX) {
            return false;
        }
        EventSubscription subscription = new EventSubscription(
                this,
                http,
                last -> http.post(
                                url(),
                                headers(request, Optional.empty()),
                                HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.write(request)))
                        .build());
        subscriptions.put(id, subscription);
        boolean ofTasks = request.params().path("notifications").has("taskIds");
        subscription.open(ofTasks ? Optional.of(() -> channel.answeredUnawaited(id)) : Optional.empty());
        return true;
    }

    /** Posts it and waits: what comes next relies on it. */
    private boolean inOrder(JsonRpcMessage message) {
        return sendOneWay(message);
    }

    /** Posts what needs no answer; false when the server did not take it. */
    private boolean sendOneWay(JsonRpcMessage message) {
        Optional<RemoteSession> now = sessionFor(message);
        if (now.isEmpty() && ProtocolHeaders.modernVersion(message).isEmpty()) {
            return false;
        }
        try {
            HttpRequest post = http.post(
                            now.map(RemoteSession::url).orElseGet(this::url),
                            headers(message, now),
                            HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.write(message)))
                    .build();
            CompleteResponse answer = http.ask(post, ORDERED_LIMIT, this::received);
            answer.giveBack().run();
            if (!answer.isOk()) {
                notTaken(message, http.credentials().withoutSecrets(AnswerProblems.of(post.uri(), answer)));
            }
            return answer.isOk();
        } catch (IOException | IllegalArgumentException e) {
            notTaken(message, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void notTaken(JsonRpcMessage message, String why) {
        if (logBudget.take()) {
            LOG.warn("worker={} did not take {}: {}", label, ProtocolHeaders.method(message), why);
        }
    }

    /** What came on a stream that is no call's. */
    void received(byte[] message) {
        List<JsonRpcMessage> messages = PeerMessageReader.read(message).messages().stream()
                .filter(one -> !isAboutNothing(one))
                .toList();
        channel.received(new PeerMessageReader.Received(messages, List.of()), () -> {}, Optional.empty());
    }

    /** An error that names no request says no more than the status beside it. */
    private static boolean isAboutNothing(JsonRpcMessage message) {
        return message instanceof JsonRpcMessage.Failure failure && failure.id() == null;
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

    /** The session that a message belongs to; none for a modern message, and for the one that begins a session. */
    Optional<RemoteSession> sessionFor(JsonRpcMessage message) {
        boolean without = ProtocolHeaders.modernVersion(message).isPresent()
                || ProtocolHeaders.method(message).equals(INITIALIZE);
        return without ? Optional.empty() : Optional.ofNullable(session.get());
    }

    Map<String, String> headers(JsonRpcMessage message, Optional<RemoteSession> of) {
        return ProtocolHeaders.of(message, of, channel::toolDefinition);
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
                LOG.info("worker={} knows its session no longer; a new one is begun", label);
                session.set(new SessionOpening(http, url(), initializeParams).perform());
                sendOneWay(new JsonRpcMessage.Notification(
                        "notifications/initialized", JsonRpcCodec.JSON.createObjectNode()));
                openStandalone();
                work(channel::renewed);
            }
        } finally {
            renewing.unlock();
        }
    }

    /** A legacy server says on a stream of its own what belongs to no call, if it has one. */
    private void openStandalone() {
        RemoteSession now = session.get();
        if (now == null || closed) {
            return;
        }
        EventSubscription opened = new EventSubscription(this, http, last -> stream(now, last));
        EventSubscription before = standalone.getAndSet(opened);
        if (before != null) {
            before.close();
        }
        opened.open(Optional.empty());
    }

    /** A GET for a session's stream, or for what is left of one. */
    HttpRequest stream(RemoteSession of, Optional<String> lastId) throws IOException {
        HttpRequest.Builder get = http.request(of.url(), of.headers())
                .setHeader("Accept", CompleteResponse.EVENT_STREAM)
                .GET();
        lastId.ifPresent(id -> get.setHeader("Last-Event-ID", id));
        return get.build();
    }

    /** The instance that new requests go to. */
    URI url() {
        return preferred;
    }

    int instances() {
        return urls.size();
    }

    /** An instance that cannot be reached is left for the next one. */
    synchronized void leave(URI unreachable) {
        if (preferred.equals(unreachable)) {
            preferred = urls.get((urls.indexOf(unreachable) + 1) % urls.size());
        }
    }

    /** Why instances beside the one that calls go to do not answer; empty when all do, or there are no others. */
    Optional<String> problemOfOthers(Duration limit) {
        URI own = Optional.ofNullable(session.get()).map(RemoteSession::url).orElse(preferred);
        List<URI> others = urls.stream().filter(url -> !url.equals(own)).toList();
        List<String> problems = opening.map(question -> new InstanceProbe(http, question, limit))
                .map(probe -> probe.problems(others, work))
                .orElse(List.of());
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(problems.size() + " of " + urls.size() + " instances: " + String.join("; ", problems));
    }

    /** Legacy tools know nothing of headers. */
    @Override
    public Optional<String> problem(ObjectNode tool) {
        return session.get() == null ? ParamHeaders.problem(tool.path("inputSchema")) : Optional.empty();
    }

    String label() {
        return label;
    }

    WorkerChannel channel() {
        return channel;
    }

    void work(Runnable task) {
        work.execute(task);
    }

    void later(Duration pause, Runnable task) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, work)
                .execute(task);
    }

    /** It was tried in vain, all of its instances. */
    void failed(String why) {
        unreachable = Optional.of(why);
    }

    /** It has said something. */
    void reached() {
        unreachable = Optional.empty();
    }

    Optional<String> unreachable() {
        return unreachable;
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public boolean close() {
        closed = true;
        return true;
    }

    /** Says goodbye to a session, and ends all that is open. */
    void end(Duration patience) {
        closed = true;
        subscriptions.values().forEach(EventSubscription::close);
        EventSubscription stream = standalone.getAndSet(null);
        if (stream != null) {
            stream.close();
        }
        RemoteSession last = session.getAndSet(null);
        if (last != null && last.id().isPresent() && !patience.isZero()) {
            http.end(last, patience);
        }
        exchanges.values().forEach(CallExchange::cancel);
        channel.ended();
    }
}
