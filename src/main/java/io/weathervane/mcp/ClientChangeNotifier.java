package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.util.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells clients what has changed: modern ones on the stream of their {@code subscriptions/listen}, legacy ones
 * through their session.
 */
public final class ClientChangeNotifier implements ServerChangeListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientChangeNotifier.class);

    /** Most {@code subscriptions/listen} open at a time, all clients together. */
    private static final int LISTENS_MAX = 256;

    /** Threads that tell clients, each of which may hang on a client that does not read. */
    private static final int TELLERS_MAX = 256;

    private final ServerCapabilities capabilities;
    private final ResultFormatter formatter;
    private final SubscriptionRefCounts upstreamSubscriptions;
    private final UpstreamTasks upstreamTasks;
    private final Optional<TaskMethods> tasks;
    private final Set<ClientChangeQueue> queues = ConcurrentHashMap.newKeySet();
    private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
    private final Set<ListenStream> listens = ConcurrentHashMap.newKeySet();
    private final ExecutorService tellers = Threads.newPerTask("notify", TELLERS_MAX);

    ClientChangeNotifier(
            ServerCapabilities capabilities,
            ResultFormatter formatter,
            UpstreamServices upstream,
            Optional<TaskMethods> tasks) {
        this.tasks = tasks;
        this.upstreamTasks = upstream.tasks();
        this.capabilities = capabilities;
        this.upstreamSubscriptions = new SubscriptionRefCounts(upstream.upstreamSubscriptions());
        this.formatter = formatter;
    }

    @Override
    public void toolsChanged() {
        changed(ServerChange.TOOLS);
    }

    @Override
    public void promptsChanged() {
        changed(ServerChange.PROMPTS);
    }

    @Override
    public void resourcesChanged() {
        changed(ServerChange.RESOURCES);
    }

    @Override
    public void resourceUpdated(String uri) {
        changed(ServerChange.of(uri));
    }

    @Override
    public void resourceUpdated(String uri, ObjectNode params) {
        changed(ServerChange.of(uri, params));
    }

    @Override
    public void notificationReceived(String method, ObjectNode params) {
        if (sessions.size() == 1) {
            sessions.forEach(session -> session.sendNotification(method, params));
        }
    }

    @Override
    public void resourcesUpdatedBelow(String uri) {
        queues.forEach(queue -> queue.changedBelow(uri));
    }

    @Override
    public void logged(ObjectNode params) {
        if (sessions.size() == 1) {
            sessions.forEach(session -> session.logged(params));
        }
    }

    private void changed(ServerChange change) {
        queues.forEach(queue -> queue.changed(change));
    }

    /** Tells a session from now on of what it wants to know. */
    public ClientChangeQueue subscribe(
            ClientSession session, SubscriptionFilter filter, Consumer<JsonRpcMessage.Notification> out) {
        ClientChangeQueue queue = new ClientChangeQueue(filter, out, tellers);
        queues.add(queue);
        sessions.add(session);
        queue.open();
        return queue;
    }

    public void unsubscribe(ClientSession session, ClientChangeQueue queue) {
        sessions.remove(session);
        queues.remove(queue);
    }

    /**
     * Has another server say when the resource changes.
     *
     * @throws JsonRpcException when that cannot be
     */
    public void watch(String uri) {
        upstreamSubscriptions.watch(uri, /* waits= */ true);
    }

    public void unwatch(String uri) {
        upstreamSubscriptions.unwatch(uri);
    }

    /**
     * Begins {@code subscriptions/listen}: the call stays open until it is cancelled or the server ends it. With tasks of
     * another server it waits for that to agree, for a bounded time.
     *
     * @throws JsonRpcException when the filter is malformed, or too many are open
     */
    void listen(RunningCall call) {
        if (listens.size() >= LISTENS_MAX) {
            throw new JsonRpcException(
                    ErrorCode.INTERNAL_ERROR,
                    "The server has " + LISTENS_MAX + " subscriptions open, which is the most; try again later");
        }
        ListenFilter filter = ListenFilter.of(call.request(), capabilities);
        ListenStream listen = new ListenStream(call);
        List<String> watched = watched(filter);
        ClientChangeQueue queue = new ClientChangeQueue(filter, listen::send, tellers);
        queues.add(queue);
        listens.add(listen);
        call.whenEnded(() -> {
            queues.remove(queue);
            listens.remove(listen);
            watched.forEach(upstreamSubscriptions::unwatch);
        });
        Optional<ListenedTasks> followed = filter.taskIds().isEmpty()
                ? Optional.empty()
                : tasks.map(own -> followed(own, call, queue, filter, listen));
        listen.acknowledge(filter.withTasks(followed.map(ListenedTasks::ids).orElse(Set.of())));
        queue.open();
        followed.ifPresent(some -> tellers.execute(() -> catchUp(some)));
    }

    private static void catchUp(ListenedTasks followed) {
        try {
            followed.catchUp();
        } catch (RuntimeException e) {
            log.warn("What became of tasks before they were listened to could not be looked up", e);
        }
    }

    /** That nothing more comes of a task cannot be said of one alone: the client is to listen anew, and hears which are left. */
    private ListenedTasks followed(
            TaskMethods own, RunningCall call, ClientChangeQueue queue, ListenFilter filter, ListenStream listen) {
        ListenedTasks followed = ListenedTasks.of(
                own, upstreamTasks, call, queue, filter, () -> queue.endBy(() -> listen.end(formatter)));
        call.whenEnded(followed::close);
        return followed;
    }

    /**
     * Watches the resources of the filter. One that cannot be watched is left out, since there is no way to say so for
     * one of several.
     */
    private List<String> watched(ListenFilter filter) {
        List<String> watched = new ArrayList<>();
        for (String uri : filter.uris()) {
            try {
                upstreamSubscriptions.watch(uri, /* waits= */ false);
                watched.add(uri);
            } catch (JsonRpcException e) {
                log.debug("A resource cannot be watched: {}", e.getMessage());
            }
        }
        return watched;
    }

    /** Ends every {@code subscriptions/listen} with its result. */
    void endListens() {
        List.copyOf(listens).forEach(listen -> listen.end(formatter));
    }

    @Override
    public void close() {
        endListens();
        tellers.shutdown();
    }
}
