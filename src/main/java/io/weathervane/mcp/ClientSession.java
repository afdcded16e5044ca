package io.weathervane.mcp;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.ReservedMcpMethods;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.UnsolicitedNotificationChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server has to remember of a legacy client: a process's standard input and output, or an HTTP session.
 * Modern requests carry everything themselves. Safe for use by several threads.
 */
public final class ClientSession implements AutoCloseable, UnsolicitedNotificationChannel {
    /** Most resources one client may subscribe to. */
    private static final int SUBSCRIPTIONS_MAX = 1000;

    private final SubscriptionRefCounts upstreamSubscriptions;
    private final UpstreamExtensionMethods others;
    private final String key = UUID.randomUUID().toString();
    private final RunningCalls calls = new RunningCalls();
    private final PendingClientRequests questions = new PendingClientRequests();
    private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    private volatile ObjectNode capabilities = JsonNodeFactory.instance.objectNode();
    private volatile @Nullable LogLevel logLevel;
    private volatile String version = "";
    private volatile boolean initialized;
    private volatile boolean ready;
    private volatile Runnable onClose = () -> {};
    private volatile UnsolicitedNotificationChannel teller = UnsolicitedNotificationChannel.NONE;

    /** The way to the client for messages that belong to no request of it. */
    @FunctionalInterface
    public interface Outlet {
        /** Sends the message, or drops it when there is no way now. */
        void send(JsonRpcMessage.Notification notification);
    }

    ClientSession(SubscriptionRefCounts upstreamSubscriptions, UpstreamExtensionMethods others) {
        this.others = others;
        this.upstreamSubscriptions = upstreamSubscriptions;
    }

    /** Another server's message to this client, after those that wait; never told on the caller's thread. */
    @Override
    public void tell(String method, ObjectNode params) {
        teller.tell(method, params);
    }

    /** Another server's log message that belongs to no call. */
    void logged(ObjectNode params) {
        Optional<LogLevel> level = LogLevel.of(params.path("level").asString(""));
        LogLevel least = logLevel;
        if (ready && level.isPresent() && (least == null || level.get().compareTo(least) >= 0)) {
            tell(KnownMethods.MESSAGE, params);
        }
    }

    void tellsBy(UnsolicitedNotificationChannel newTeller) {
        teller = newTeller;
    }

    /** Differs from that of every other client. */
    String key() {
        return key;
    }

    /** The requests of this client that are being worked on. */
    public RunningCalls calls() {
        return calls;
    }

    /** Acts on a notification from the client; one that is unknown is ignored. */
    public void notified(JsonRpcMessage.Notification notification) {
        if (notification.method().equals(KnownMethods.INITIALIZED)) {
            ready = true;
        }
        if (notification.method().equals(KnownMethods.PROGRESS)) {
            questions.progressed(notification.params());
        }
        calls.notified(notification);
    }

    /**
     * The same, and passes on what is for another server: what its extensions define, where the caller may change
     * something there, and that the roots have changed.
     */
    public void notified(JsonRpcMessage.Notification notification, Caller caller) {
        String method = notification.method();
        notified(notification);
        boolean extension =
                !ReservedMcpMethods.contains(method) && others.areOffered() && caller.has(CallerRole.OPERATOR);
        if (extension || method.equals(KnownMethods.ROOTS_CHANGED)) {
            others.notified(method, notification.params());
        }
    }

    /** Whether the client has been welcomed: once is enough. */
    public boolean isInitialized() {
        return initialized;
    }

    /** The client can still be written to, but says nothing any more: what waits for its answers ends. */
    public void inputEnded() {
        questions.close();
    }

    /** The client's answer to a question of ours; any other is ignored. */
    public void answered(JsonRpcMessage.Response response) {
        questions.answered(response);
    }

    /** The client is gone: its calls are cancelled, and nothing is sent to it any more. */
    @Override
    public void close() {
        onClose.run();
        calls.cancelAll();
        questions.close();
        List.copyOf(subscribed).forEach(this::unsubscribe);
        upstreamSubscriptions.forget(this);
    }

    void whenClosed(Runnable action) {
        onClose = action;
    }

    /** Whether its version has batches of messages. */
    public boolean hasBatches() {
        return ProtocolVersions.hasBatches(version);
    }

    void initialized(ObjectNode clientCapabilities, String negotiated) {
        capabilities = clientCapabilities;
        version = negotiated;
        initialized = true;
    }

    boolean canAsk(InputRequest.Kind kind) {
        return ClientCapabilityCheck.allow(capabilities, kind);
    }

    ObjectNode capabilities() {
        return capabilities;
    }

    PendingClientRequests questions() {
        return questions;
    }

    Optional<LogLevel> logLevel() {
        return Optional.ofNullable(logLevel);
    }

    void logLevel(LogLevel level) {
        logLevel = level;
        upstreamSubscriptions.logLevel(this, level);
    }

    void subscribe(String uri) {
        if (subscribed.size() >= SUBSCRIPTIONS_MAX) {
            throw RequestParams.invalid(
                    "a client may have " + SUBSCRIPTIONS_MAX + " subscriptions at most; unsubscribe first");
        }
        if (subscribed.add(uri)) {
            try {
                upstreamSubscriptions.watch(uri, /* waits= */ true);
            } catch (RuntimeException e) {
                subscribed.remove(uri);
                throw e;
            }
        }
    }

    void unsubscribe(String uri) {
        if (subscribed.remove(uri)) {
            upstreamSubscriptions.unwatch(uri);
        }
    }

    /** Lists are told of once the client has said that it is ready, resources once it has subscribed. */
    SubscriptionFilter interest() {
        return new SubscriptionFilter() {
            @Override
            public boolean wants(ServerChange change) {
                return change.isAboutList() ? ready : subscribed.contains(change.uri());
            }

            @Override
            public Set<String> uris() {
                return subscribed;
            }
        };
    }
}
