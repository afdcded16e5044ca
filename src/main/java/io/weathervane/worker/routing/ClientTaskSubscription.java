package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerTaskSubscription;
import io.weathervane.worker.protocol.TaskIdLocator;
import io.weathervane.worker.protocol.TaskStatusSubscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Has the workers of one client's tasks tell of them. */
final class ClientTaskSubscription implements WorkerTaskSubscription {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerTaskSubscription");
    private static final String WORKING = "working";

    private final TaskTable table;
    private final ClientTaskListener listener;
    private final List<TaskTable.Entry> entries = new ArrayList<>();
    private volatile boolean closed;

    private ClientTaskSubscription(TaskTable table, ClientTaskListener listener) {
        this.table = table;
        this.listener = listener;
    }

    /** Waits for the workers of the tasks, each for a bounded time: one that does not acknowledge by then is not heard of. */
    static ClientTaskSubscription of(Collection<TaskTable.Entry> wanted, TaskTable table, ClientTaskListener listener) {
        Map<Worker, List<TaskTable.Entry>> byWorker = new LinkedHashMap<>();
        wanted.forEach(entry -> byWorker.computeIfAbsent(entry.worker(), worker -> new ArrayList<>())
                .add(entry));
        ClientTaskSubscription followed = new ClientTaskSubscription(table, listener);
        byWorker.forEach(followed::follow);
        return followed;
    }

    /** What is said between the worker's acknowledgement and ours is heard already. */
    private void follow(Worker worker, List<TaskTable.Entry> wanted) {
        Optional<TaskStatusSubscription> subscription =
                worker.alive() ? worker.session().taskStatusSubscription() : Optional.empty();
        if (subscription.isEmpty()) {
            return;
        }
        table.follow(wanted, listener);
        Set<String> acknowledged = subscription.get().update(() -> table.followed(worker));
        List<TaskTable.Entry> refused = new ArrayList<>(wanted);
        refused.removeIf(entry -> acknowledged.contains(entry.id()) && worker.alive());
        table.unfollow(refused, listener);
        entries.addAll(wanted);
        entries.removeAll(refused);
    }

    @Override
    public Set<String> ids() {
        Set<String> ids = new LinkedHashSet<>();
        entries.forEach(entry -> ids.add(entry.shownId()));
        return ids;
    }

    @Override
    public void catchUp() {
        for (TaskTable.Entry entry : entries) {
            if (closed || !catchUp(entry)) {
                return;
            }
        }
    }

    private boolean catchUp(TaskTable.Entry entry) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("taskId", entry.id());
        Worker worker = entry.worker();
        worker.leases().takeAnother();
        try {
            ObjectNode task = worker.request("tasks/get", params, new Asking());
            if (!task.path("status").asString(WORKING).equals(WORKING)) {
                listener.found(entry.shownId(), TaskIdLocator.renamed(task, entry.id(), entry.shownId()));
            }
            return true;
        } catch (WorkerCallException e) {
            LOG.info("worker={} does not say how a task is: {}", worker.label(), e.reason());
            return e.kind() == WorkerCallException.Kind.RPC_ERROR;
        } finally {
            worker.leases().giveBack();
        }
    }

    @Override
    public void close() {
        closed = true;
        table.unfollow(entries, listener);
        Set<Worker> workers = new LinkedHashSet<>();
        entries.forEach(entry -> workers.add(entry.worker()));
        workers.stream()
                .filter(Worker::alive)
                .forEach(worker -> worker.session()
                        .taskStatusSubscription()
                        .ifPresent(subscription -> subscription.reduce(() -> table.followed(worker))));
    }

    /** Knows tasks, and is no client's. */
    private static final class Asking implements WorkerCallContext {
        @Override
        public ObjectNode clientCapabilities() {
            return TaskIdLocator.withExtension();
        }
    }
}
