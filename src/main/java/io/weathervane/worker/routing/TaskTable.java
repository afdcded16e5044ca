package io.weathervane.worker.routing;

import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.protocol.TaskIdLocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Table of tasks with the worker and the owner of each. A task stays with the worker that made it, whatever worker is
 * active now; each owner sees its own. Two workers may use one id: the owner of both sees the later one by another.
 */
public final class TaskTable {
    /** Most tasks that are remembered, all owners together; the oldest go first. */
    static final int TASKS_MAX = 10_000;

    /** Messages about a task that come before the answer that names it, all workers together. */
    private static final int EARLY_MAX = 256;

    /** Messages about one task that wait for its client to have that answer. */
    private static final int WAITING_MAX = 64;

    /** How a modern worker tells of a task: with all that {@code tasks/get} would answer. */
    private static final String NEWS = "notifications/tasks";

    private static final Set<String> ENDED = Set.of("cancelled", "failed");

    private record ClientTaskKey(String owner, String id) {}

    private record WorkerTaskKey(Worker worker, String id) {}

    private record TaskNotice(WorkerTaskKey of, String method, ObjectNode params) {}

    private final String idPrefix;
    private final LinkedHashMap<ClientTaskKey, Entry> byClientKey = new LinkedHashMap<>();
    private final Map<WorkerTaskKey, Entry> byWorkerKey = new HashMap<>();
    private final Deque<TaskNotice> early = new ArrayDeque<>();

    /** @param idPrefix what owners' names of tasks begin with */
    public TaskTable(String idPrefix) {
        this.idPrefix = idPrefix;
    }

    /** One task; what changes is guarded by the table. */
    static final class Entry {
        private final ClientTaskKey clientKey;
        private final WorkerTaskKey workerKey;
        private final String tool;
        private final Deque<TaskNotice> waiting = new ArrayDeque<>();
        private final Set<ClientTaskListener> listeners = new LinkedHashSet<>();
        private BiConsumer<String, ObjectNode> notices;
        private JsonNode progressToken;
        private boolean answered;
        private boolean open = true;

        private Entry(ClientTaskKey clientKey, WorkerTaskKey workerKey, String tool, WorkerCallContext callContext) {
            this.clientKey = clientKey;
            this.workerKey = workerKey;
            this.tool = tool;
            this.notices = callContext.notices();
            this.progressToken = callContext.meta().path("progressToken");
        }

        Worker worker() {
            return workerKey.worker;
        }

        /** Worker's own id of the task. */
        String id() {
            return workerKey.id;
        }

        /** Owner's id of the task. */
        String shownId() {
            return clientKey.id;
        }

        private void deliver(TaskNotice notice) {
            ObjectNode params = TaskIdLocator.renamed(notice.params, workerKey.id, clientKey.id);
            if (params.has("progressToken")) {
                if (progressToken.isMissingNode()) {
                    return;
                }
                params = params.deepCopy();
                params.set("progressToken", progressToken);
            }
            notices.accept(notice.method, params);
        }

        private void notifyListeners(TaskNotice notice) {
            if (notice.method.equals(NEWS)) {
                listeners.forEach(listener -> listener.notified(
                        clientKey.id, TaskIdLocator.renamed(notice.params, workerKey.id, clientKey.id)));
            }
        }

        private Set<ClientTaskListener> takeFeeds() {
            Set<ClientTaskListener> taken = new LinkedHashSet<>(listeners);
            listeners.clear();
            return taken;
        }

        private void deliverWaiting() {
            answered = true;
            waiting.forEach(this::deliver);
            waiting.clear();
        }
    }

    /** Takes in the answer to a call of a tool, which may be a task; returns it as its owner is to see it. */
    ObjectNode made(Worker worker, String tool, ObjectNode result, WorkerCallContext callContext) {
        Optional<String> id = TaskIdLocator.madeBy(result);
        if (id.isEmpty()) {
            return result;
        }
        Entry entry = add(new WorkerTaskKey(worker, id.get()), tool, callContext);
        callContext.afterAnswer(() -> deliverWaiting(entry));
        return TaskIdLocator.renamed(result, entry.id(), entry.shownId());
    }

    private synchronized Entry add(WorkerTaskKey workerKey, String tool, WorkerCallContext callContext) {
        remove(byWorkerKey.get(workerKey));
        String shownId = idPrefix + workerKey.id;
        ClientTaskKey clientKey = new ClientTaskKey(callContext.owner(), shownId);
        for (int next = 2; byClientKey.containsKey(clientKey); next++) {
            clientKey = new ClientTaskKey(callContext.owner(), shownId + "." + next);
        }
        Entry entry = new Entry(clientKey, workerKey, tool, callContext);
        byClientKey.put(clientKey, entry);
        byWorkerKey.put(workerKey, entry);
        for (Iterator<TaskNotice> each = early.iterator(); each.hasNext(); ) {
            TaskNotice notice = each.next();
            if (notice.of.equals(workerKey)) {
                entry.waiting.add(notice);
                each.remove();
            }
        }
        if (byClientKey.size() > TASKS_MAX) {
            remove(byClientKey.values().iterator().next());
        }
        return entry;
    }

    private void remove(@Nullable Entry entry) {
        if (entry != null) {
            byClientKey.remove(entry.clientKey);
            byWorkerKey.remove(entry.workerKey);
            entry.takeFeeds().forEach(ClientTaskListener::lost);
        }
    }

    /** From here on the feed is told what the tasks' worker says of them, until it is {@link #unfollow taken away}. */
    synchronized void follow(Collection<Entry> entries, ClientTaskListener listener) {
        entries.forEach(entry -> entry.listeners.add(listener));
    }

    synchronized void unfollow(Collection<Entry> entries, ClientTaskListener listener) {
        entries.forEach(entry -> entry.listeners.remove(listener));
    }

    /** Worker's own ids of those of its tasks that some client follows. */
    synchronized Set<String> followed(Worker worker) {
        Set<String> ids = new LinkedHashSet<>();
        byWorkerKey.values().stream()
                .filter(entry -> entry.worker() == worker && !entry.listeners.isEmpty())
                .forEach(entry -> ids.add(entry.id()));
        return ids;
    }

    /** The worker tells of its tasks no longer. */
    void lost(Worker worker) {
        Set<ClientTaskListener> listeners = new LinkedHashSet<>();
        synchronized (this) {
            byWorkerKey.values().stream()
                    .filter(entry -> entry.worker() == worker)
                    .forEach(entry -> listeners.addAll(entry.takeFeeds()));
        }
        listeners.forEach(ClientTaskListener::lost);
    }

    private synchronized void deliverWaiting(Entry entry) {
        entry.deliverWaiting();
    }

    /** The task of this owner's, by what the owner calls it. */
    synchronized Optional<Entry> find(String owner, String shownId) {
        return Optional.ofNullable(byClientKey.get(new ClientTaskKey(owner, shownId)));
    }

    synchronized Optional<Entry> findHeld(Worker worker, String id) {
        return Optional.ofNullable(byWorkerKey.get(new WorkerTaskKey(worker, id)));
    }

    boolean isOf(Entry entry, String owner) {
        return entry.clientKey.owner.equals(owner);
    }

    /** The owner's tasks. */
    synchronized Collection<Entry> of(String owner) {
        List<Entry> own = new ArrayList<>(byClientKey.values());
        own.removeIf(entry -> !isOf(entry, owner));
        return own;
    }

    /** The tasks of these tools whose owners do not have their results yet. */
    synchronized List<Entry> open(Predicate<String> tools) {
        return byClientKey.values().stream()
                .filter(entry -> entry.open && tools.test(entry.tool))
                .toList();
    }

    synchronized boolean isEmpty() {
        return byClientKey.isEmpty();
    }

    /** Whether the worker has tasks whose owners do not have their results yet. */
    synchronized boolean isBusy(Worker worker) {
        return byWorkerKey.values().stream().anyMatch(entry -> entry.worker() == worker && entry.open);
    }

    /** The owner asks, from here on by this client. */
    synchronized void asked(Entry entry, WorkerCallContext callContext) {
        entry.notices = callContext.notices();
        callContext.afterAnswer(() -> deliverWaiting(entry));
    }

    /** The owner has an answer about its task. */
    synchronized void answered(Entry entry, String method, ObjectNode result) {
        entry.open &= !method.equals("tasks/result") && !hasEnded(result) && !result.has("result");
    }

    private static boolean hasEnded(ObjectNode task) {
        return ENDED.contains(task.path("status").asString(""));
    }

    /** The worker says something about a task of its; quick. */
    synchronized void notified(Worker worker, String method, String id, ObjectNode params) {
        TaskNotice notice = new TaskNotice(new WorkerTaskKey(worker, id), method, params);
        Entry entry = byWorkerKey.get(notice.of);
        if (entry == null) {
            add(early, notice, EARLY_MAX);
            return;
        }
        entry.open &= !hasEnded(params);
        entry.notifyListeners(notice);
        if (entry.answered) {
            entry.deliver(notice);
        } else {
            add(entry.waiting, notice, WAITING_MAX);
        }
    }

    private static void add(Deque<TaskNotice> waiting, TaskNotice notice, int most) {
        if (waiting.size() == most) {
            waiting.removeFirst();
        }
        waiting.addLast(notice);
    }
}
