package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.mcp.ClientChangeNotifier;
import io.weathervane.mcp.ClientChangeQueue;
import io.weathervane.mcp.ClientSession;
import io.weathervane.mcp.KnownMethods;
import io.weathervane.mcp.RequestParams;
import io.weathervane.mcp.RunningCall;
import io.weathervane.mcp.RunningCalls;
import io.weathervane.mcp.ServerChange;
import io.weathervane.mcp.SubscriptionFilter;
import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.LogLevel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A legacy client: what it said of itself, what it wants to be told, and what waits for its answers. */
final class LegacySession implements ClientSession {
    /** Most resources one client may subscribe to. */
    private static final int SUBSCRIPTIONS_MAX = 1000;

    private final ClientChangeNotifier changeNotifier;
    private final LegacyLogLevels levels;
    private final UpstreamExtensionMethods upstreamMethods;
    private final String key = UUID.randomUUID().toString();
    private final RunningCalls calls = new RunningCalls();
    private final PendingClientRequests pendingRequests = new PendingClientRequests();
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private final ClientChangeQueue queue;
    private volatile ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
    private volatile @Nullable LogLevel logLevel;
    private volatile String version = "";
    private volatile boolean initialized;
    private volatile boolean ready;

    LegacySession(
            ClientChangeNotifier changeNotifier,
            LegacyLogLevels levels,
            UpstreamExtensionMethods upstreamMethods,
            Outlet outlet) {
        this.changeNotifier = changeNotifier;
        this.levels = levels;
        this.upstreamMethods = upstreamMethods;
        this.queue = changeNotifier.subscribe(this, new Wanted(), outlet::send);
    }

    /** Lists are told of once the client has said that it is ready, resources once it has subscribed. */
    private final class Wanted implements SubscriptionFilter {
        @Override
        public boolean wants(ServerChange change) {
            return change.isAboutList() ? ready : subscribed.contains(change.uri());
        }

        @Override
        public Set<String> uris() {
            return subscribed;
        }
    }

    static Optional<LegacySession> ifAny(RunningCall call) {
        return call.session().filter(LegacySession.class::isInstance).map(LegacySession.class::cast);
    }

    /**
     * The session of the call, for what cannot be done without one.
     *
     * @throws JsonRpcException when the call has none
     */
    static LegacySession of(RunningCall call) {
        return ifAny(call)
                .orElseThrow(() -> new JsonRpcException(
                        ErrorCode.INVALID_REQUEST,
                        "Invalid request: " + call.request().method()
                                + " needs a session; begin with initialize, and on"
                                + " HTTP send the Mcp-Session-Id of its answer"));
    }

    /** Another server's message to this client, after those that wait; never told on the caller's thread. */
    @Override
    public void sendNotification(String method, ObjectNode params) {
        queue.notice(method, params);
    }

    @Override
    public void logged(ObjectNode params) {
        Optional<LogLevel> level = LogLevel.of(params.path("level").asString(""));
        LogLevel least = logLevel;
        if (ready && level.isPresent() && (least == null || level.get().compareTo(least) >= 0)) {
            sendNotification(KnownMethods.MESSAGE, params);
        }
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public RunningCalls calls() {
        return calls;
    }

    @Override
    public void notified(JsonRpcMessage.Notification notification, Caller caller) {
        String method = notification.method();
        if (method.equals(KnownMethods.INITIALIZED)) {
            ready = true;
        }
        if (method.equals(KnownMethods.PROGRESS)) {
            pendingRequests.progressed(notification.params());
        }
        calls.notified(notification);
        boolean extension =
                !ReservedMcpMethods.contains(method) && upstreamMethods.areOffered() && caller.has(CallerRole.OPERATOR);
        if (extension || method.equals(KnownMethods.ROOTS_CHANGED)) {
            upstreamMethods.notified(method, notification.params());
        }
    }

    @Override
    public void answered(JsonRpcMessage.Response response) {
        pendingRequests.answered(response);
    }

    /** A client may say that it is ready without waiting for the answer, which is what it hears first all the same. */
    @Override
    public void introduced(RunningCall initialize) {
        queue.hold();
        initialize.afterAnswer(queue::open);
    }

    void initialized(ObjectNode clientCapabilities, String negotiated) {
        capabilities = clientCapabilities;
        version = negotiated;
        initialized = true;
    }

    @Override
    public boolean isInitialized() {
        return initialized;
    }

    @Override
    public boolean hasBatches() {
        return LegacyVersions.hasBatches(version);
    }

    @Override
    public ObjectNode capabilities() {
        return capabilities;
    }

    PendingClientRequests questions() {
        return pendingRequests;
    }

    @Override
    public Map<String, InputAnswer> ask(RunningCall call, Map<String, InputRequest> asked) {
        return new LegacyInputRequests(call, this).ask(asked);
    }

    @Override
    public CompletableFuture<ObjectNode> relay(
            RunningCall call, String method, ObjectNode params, Consumer<ObjectNode> progress) {
        return new LegacyInputRequests(call, this).relay(method, params, progress);
    }

    @Override
    public Optional<LogLevel> logLevel() {
        return Optional.ofNullable(logLevel);
    }

    void logLevel(LogLevel level) {
        logLevel = level;
        levels.set(this, level);
    }

    void subscribe(String uri) {
        if (subscribed.size() >= SUBSCRIPTIONS_MAX) {
            throw RequestParams.invalid(
                    "a client may have " + SUBSCRIPTIONS_MAX + " subscriptions at most; unsubscribe first");
        }
        if (subscribed.add(uri)) {
            try {
                changeNotifier.watch(uri);
            } catch (RuntimeException e) {
                subscribed.remove(uri);
                throw e;
            }
        }
    }

    void unsubscribe(String uri) {
        if (subscribed.remove(uri)) {
            changeNotifier.unwatch(uri);
        }
    }

    @Override
    public void inputEnded() {
        pendingRequests.close();
    }

    @Override
    public void close() {
        changeNotifier.unsubscribe(this, queue);
        calls.cancelAll();
        pendingRequests.close();
        List.copyOf(subscribed).forEach(this::unsubscribe);
        levels.forget(this);
    }
}
