package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.Caller;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tasks that one {@code subscriptions/listen} is told of (MCP extension SEP-2663, task status notifications): ours, and
 * those that another server agrees to tell of. Each notification has what {@code tasks/get} would answer at that moment.
 */
final class ListenedTasks implements AutoCloseable {
    private final TaskMethods methods;
    private final Caller caller;
    private final ClientChangeQueue queue;
    private final Set<String> own;
    private final Consumer<String> follower = this::changed;
    private UpstreamTasks.Followed others = UpstreamTasks.Followed.NONE;

    private ListenedTasks(TaskMethods methods, Caller caller, ClientChangeQueue queue, Set<String> own) {
        this.methods = methods;
        this.caller = caller;
        this.queue = queue;
        this.own = own;
    }

    /**
     * Follows those of the wanted tasks that are the caller's. May wait for another server, for a bounded time.
     *
     * @param lost run when nothing more will come of some of them; quick
     */
    static ListenedTasks of(
            TaskMethods methods,
            UpstreamTasks upstream,
            RunningCall call,
            ClientChangeQueue queue,
            ListenFilter filter,
            Runnable lost) {
        Caller caller = call.responseChannel().caller();
        Set<String> own = new LinkedHashSet<>(filter.taskIds());
        own.removeIf(id -> methods.state(caller, id).isEmpty());
        Set<String> theirs = new LinkedHashSet<>(filter.taskIds());
        theirs.removeAll(own);
        ListenedTasks listened = new ListenedTasks(methods, caller, queue, own);
        own.forEach(id -> methods.followers().add(id, listened.follower));
        if (!theirs.isEmpty()) {
            listened.others = upstream.follow(theirs, call, listened::notified, lost);
        }
        return listened;
    }

    Set<String> ids() {
        Set<String> ids = new LinkedHashSet<>(own);
        ids.addAll(others.ids());
        return ids;
    }

    /** Tells what was missed between a task's beginning and this subscription; may wait for another server. */
    void catchUp() {
        for (String id : own) {
            if (methods.state(caller, id).filter(TaskMethods::isWorking).isEmpty()) {
                changed(id);
            }
        }
        others.catchUp();
    }

    /** The state is looked up when it is told. */
    private void changed(String id) {
        sendStatus(id, () -> methods.state(caller, id));
    }

    private void notified(String id, ObjectNode task) {
        sendStatus(id, () -> Optional.of(task));
    }

    private void sendStatus(String id, Supplier<Optional<ObjectNode>> state) {
        queue.task(id, () -> state.get().map(ListenedTasks::notification));
    }

    /** A new object, as the given one may be shared. */
    private static JsonRpcMessage.Notification notification(ObjectNode task) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.setAll(task);
        return new JsonRpcMessage.Notification(KnownMethods.TASK_CHANGED, params);
    }

    @Override
    public void close() {
        own.forEach(id -> methods.followers().remove(id, follower));
        others.close();
    }
}
