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

    private static final String DISCOVER = "server/discover";
    private static final String LISTEN = "subscriptions/listen";

    private final String label;
    private final Instances instances;
    private final Reachability reachability = new Reachability();
    private final RemoteHttp http;
    private final WorkerChannel channel;
    private final ExecutorService work;
    private final LogRateLimiter logBudget;
    private final Map<Long, CallExchange> exchanges = new ConcurrentHashMap<>();
    private final Map<Long, EventSubscription> subscriptions = new ConcurrentHashMap<>();
    private final Sessions sessions;
    private final LingeringStreams lingering;
    private volatile Optional<JsonRpcMessage.Request> opening = Optional.empty();
    private volatile boolean closed;

    RemoteConnection(String label, List<URI> urls, RemoteHttp http, WorkerChannel channel, Ticker ticker) {
        this.label = label;
        this.instances = new Instances(urls);
        this.http = http;
        this.channel = channel;
        this.work = Threads.newPerTask("remote-work-" + label, WORK_THREADS_MAX);
        this.logBudget = new LogRateLimiter(ticker);
        this.sessions = new Sessions(this, http);
        this.lingering = new LingeringStreams(ticker, this::later);
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
        if (request.method().equals(Sessions.INITIALIZE)) {
            opening = Optional.of(request);
            sessions.begins(request);
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
            sessions.openStream();
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
                (last, carried) -> http.post(
                                instances.preferred(),
                                carried,
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
    boolean sendOneWay(JsonRpcMessage message) {
        Optional<RemoteSession> now = sessions.of(message);
        if (now.isEmpty() && ProtocolHeaders.modernVersion(message).isEmpty()) {
            return false;
        }
        URI url = now.map(RemoteSession::url).orElseGet(instances::preferred);
        try {
            CompleteResponse answer = http.askAuthorized(
                    carried -> http.post(
                                    url,
                                    carried,
                                    headers(message, now),
                                    HttpRequest.BodyPublishers.ofByteArray(JsonRpcCodec.write(message)))
                            .build(),
                    ORDERED_LIMIT,
                    this::received);
            answer.giveBack().run();
            if (!answer.isOk()) {
                notTaken(message, http.credentials().withoutSecrets(AnswerProblems.of(url, answer)));
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

    Map<String, String> headers(JsonRpcMessage message, Optional<RemoteSession> of) {
        return ProtocolHeaders.of(message, of, channel::toolDefinition);
    }

    /** Why instances beside the one that calls go to do not answer; empty when all do, or there are no others. */
    Optional<String> problemOfOthers(Duration limit) {
        List<URI> others =
                instances.allBut(sessions.now().map(RemoteSession::url).orElseGet(instances::preferred));
        List<String> problems = opening.map(question -> new InstanceProbe(http, question, limit))
                .map(probe -> probe.problems(others, work))
                .orElse(List.of());
        return problems.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        problems.size() + " of " + instances.count() + " instances: " + String.join("; ", problems));
    }

    /** Legacy tools know nothing of headers. */
    @Override
    public Optional<String> problem(ObjectNode tool) {
        return sessions.now().isEmpty() ? ParamHeaders.problem(tool.path("inputSchema")) : Optional.empty();
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

    Instances instances() {
        return instances;
    }

    LingeringStreams lingering() {
        return lingering;
    }

    Sessions sessions() {
        return sessions;
    }

    Reachability reachability() {
        return reachability;
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
        sessions.end(patience);
        exchanges.values().forEach(CallExchange::cancel);
        channel.ended();
    }
}
