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
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which worker has which task, and whose it is. A task stays with the worker that made it, whatever is active by now;
 * each owner knows its own. Two workers may use one id: the owner of both sees the later one by another.
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

    private record Shown(String owner, String id) {}

    private record Held(Worker worker, String id) {}

    private record Told(Held of, String method, ObjectNode params) {}

    private final LinkedHashMap<Shown, Entry> byShown = new LinkedHashMap<>();
    private final Map<Held, Entry> byHeld = new HashMap<>();
    private final Deque<Told> early = new ArrayDeque<>();

    /** One task; what changes is guarded by the table. */
    static final class Entry {
        private final Shown shown;
        private final Held held;
        private final Deque<Told> waiting = new ArrayDeque<>();
        private final Set<ClientTaskListener> feeds = new LinkedHashSet<>();
        private BiConsumer<String, ObjectNode> notices;
        private JsonNode progressToken;
        private boolean answered;
        private boolean open = true;

        private Entry(Shown shown, Held held, WorkerCallContext callContext) {
            this.shown = shown;
            this.held = held;
            this.notices = callContext.notices();
            this.progressToken = callContext.meta().path("progressToken");
        }

        Worker worker() {
            return held.worker;
        }

        /** What the worker calls it. */
        String id() {
            return held.id;
        }

        /** What its owner calls it. */
        String shownId() {
            return shown.id;
        }

        private void tell(Told told) {
            ObjectNode params = TaskIdLocator.renamed(told.params, held.id, shown.id);
            if (params.has("progressToken")) {
                if (progressToken.isMissingNode()) {
                    return;
                }
                params = params.deepCopy();
                params.set("progressToken", progressToken);
            }
            notices.accept(told.method, params);
        }

        private void tellFeeds(Told told) {
            if (told.method.equals(NEWS)) {
                feeds.forEach(feed -> feed.told(shown.id, TaskIdLocator.renamed(told.params, held.id, shown.id)));
            }
        }

        private Set<ClientTaskListener> takeFeeds() {
            Set<ClientTaskListener> taken = new LinkedHashSet<>(feeds);
            feeds.clear();
            return taken;
        }

        private void tellWaiting() {
            answered = true;
            waiting.forEach(this::tell);
            waiting.clear();
        }
    }

    /** Takes in a call's answer, which may be a task; returns it as its owner is to see it. */
    ObjectNode made(Worker worker, ObjectNode result, WorkerCallContext callContext) {
        Optional<String> id = TaskIdLocator.madeBy(result);
        if (id.isEmpty()) {
            return result;
        }
        Entry entry = add(new Held(worker, id.get()), callContext);
        callContext.afterAnswer(() -> tellWaiting(entry));
        return TaskIdLocator.renamed(result, entry.id(), entry.shownId());
    }

    private synchronized Entry add(Held held, WorkerCallContext callContext) {
        remove(byHeld.get(held));
        Shown shown = new Shown(callContext.owner(), held.id);
        for (int next = 2; byShown.containsKey(shown); next++) {
            shown = new Shown(callContext.owner(), held.id + "." + next);
        }
        Entry entry = new Entry(shown, held, callContext);
        byShown.put(shown, entry);
        byHeld.put(held, entry);
        for (Iterator<Told> each = early.iterator(); each.hasNext(); ) {
            Told told = each.next();
            if (told.of.equals(held)) {
                entry.waiting.add(told);
                each.remove();
            }
        }
        if (byShown.size() > TASKS_MAX) {
            remove(byShown.values().iterator().next());
        }
        return entry;
    }

    private void remove(@Nullable Entry entry) {
        if (entry != null) {
            byShown.remove(entry.shown);
            byHeld.remove(entry.held);
            entry.takeFeeds().forEach(ClientTaskListener::lost);
        }
    }

    /** From here on the feed is told what the tasks' worker says of them, until it is {@link #unfollow taken away}. */
    synchronized void follow(Collection<Entry> entries, ClientTaskListener feed) {
        entries.forEach(entry -> entry.feeds.add(feed));
    }

    synchronized void unfollow(Collection<Entry> entries, ClientTaskListener feed) {
        entries.forEach(entry -> entry.feeds.remove(feed));
    }

    /** What the worker calls those of its tasks that some client follows. */
    synchronized Set<String> followed(Worker worker) {
        Set<String> ids = new LinkedHashSet<>();
        byHeld.values().stream()
                .filter(entry -> entry.worker() == worker && !entry.feeds.isEmpty())
                .forEach(entry -> ids.add(entry.id()));
        return ids;
    }

    /** The worker tells of its tasks no longer. */
    void lost(Worker worker) {
        Set<ClientTaskListener> feeds = new LinkedHashSet<>();
        synchronized (this) {
            byHeld.values().stream()
                    .filter(entry -> entry.worker() == worker)
                    .forEach(entry -> feeds.addAll(entry.takeFeeds()));
        }
        feeds.forEach(ClientTaskListener::lost);
    }

    private synchronized void tellWaiting(Entry entry) {
        entry.tellWaiting();
    }

    /** The task of this owner's, by what the owner calls it. */
    synchronized Optional<Entry> find(String owner, String shownId) {
        return Optional.ofNullable(byShown.get(new Shown(owner, shownId)));
    }

    synchronized Optional<Entry> findHeld(Worker worker, String id) {
        return Optional.ofNullable(byHeld.get(new Held(worker, id)));
    }

    boolean isOf(Entry entry, String owner) {
        return entry.shown.owner.equals(owner);
    }

    /** The owner's tasks. */
    synchronized Collection<Entry> of(String owner) {
        List<Entry> own = new ArrayList<>(byShown.values());
        own.removeIf(entry -> !isOf(entry, owner));
        return own;
    }

    synchronized boolean isEmpty() {
        return byShown.isEmpty();
    }

    /** Whether the worker has tasks whose owners do not have their results yet. */
    synchronized boolean isBusy(Worker worker) {
        return byHeld.values().stream().anyMatch(entry -> entry.worker() == worker && entry.open);
    }

    /** The owner asks, from here on by this client. */
    synchronized void asked(Entry entry, WorkerCallContext callContext) {
        entry.notices = callContext.notices();
        callContext.afterAnswer(() -> tellWaiting(entry));
    }

    /** The owner has an answer about its task. */
    synchronized void answered(Entry entry, String method, ObjectNode result) {
        entry.open &= !method.equals("tasks/result") && !hasEnded(result) && !result.has("result");
    }

    private static boolean hasEnded(ObjectNode task) {
        return ENDED.contains(task.path("status").asString(""));
    }

    /** The worker says something about a task of its; quick. */
    synchronized void told(Worker worker, String method, String id, ObjectNode params) {
        Told told = new Told(new Held(worker, id), method, params);
        Entry entry = byHeld.get(told.of);
        if (entry == null) {
            add(early, told, EARLY_MAX);
            return;
        }
        entry.open &= !hasEnded(params);
        entry.tellFeeds(told);
        if (entry.answered) {
            entry.tell(told);
        } else {
            add(entry.waiting, told, WAITING_MAX);
        }
    }

    private static void add(Deque<Told> waiting, Told told, int most) {
        if (waiting.size() == most) {
            waiting.removeFirst();
        }
        waiting.addLast(told);
    }
}
