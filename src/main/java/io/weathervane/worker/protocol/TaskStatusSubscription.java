package io.weathervane.worker.protocol;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code subscriptions/listen} by which a modern worker tells of its tasks. It is another than that of {@link WorkerNotificationRequester}:
 * a worker that knows no {@code taskIds} may refuse it, and tells of its lists all the same.
 */
public final class TaskStatusSubscription {
    private static final Logger LOG = LoggerFactory.getLogger("TaskStatusSubscription");

    /** How long a worker may take to say which tasks it will tell of; a client waits for that. */
    private static final Duration ACKNOWLEDGEMENT_LIMIT = Duration.ofSeconds(2);

    private final WorkerChannel channel;
    private final String label;
    private final McpGeneration generation;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Listening listening = Listening.NONE;

    /**
     * @param id of the request; 0 when there is none
     * @param acknowledged what the worker will tell of, once it has said so
     * @param over done when the worker tells of nothing any more
     * @param relied whether clients rely on the request before, which this one replaces
     */
    private record Listening(
            long id,
            Set<String> tasks,
            CompletableFuture<Set<String>> acknowledged,
            CompletableFuture<Void> over,
            boolean relied) {
        private static final Listening NONE =
                new Listening(0, Set.of(), completedFuture(Set.of()), completedFuture(null), /* relied= */ false);

        private Listening next(long newId, Set<String> newTasks) {
            boolean relies = !over.isDone() && (relied || acknowledged.isDone());
            return new Listening(newId, newTasks, new CompletableFuture<>(), new CompletableFuture<>(), relies);
        }

        /** True when it was open, and clients relied on it. */
        private boolean end() {
            boolean refused = acknowledged.complete(Set.of());
            return over.complete(null) && (relied || !refused);
        }
    }

    TaskStatusSubscription(WorkerChannel channel, String label, McpGeneration generation) {
        this.channel = channel;
        this.label = label;
        this.generation = generation;
    }

    /**
     * Makes the tasks that the worker is to tell of these; waits a moment for its acknowledgement.
     *
     * @param wanted asked under our lock, so that of two changes at once the later one is kept
     * @return those that it acknowledges
     */
    public Set<String> update(Supplier<Set<String>> wanted) {
        Listening now = listenTo(wanted);
        try {
            return now.acknowledged.get(ACKNOWLEDGEMENT_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.info("worker={} does not acknowledge subscriptions/listen within {}", label, ACKNOWLEDGEMENT_LIMIT);
            return Set.of();
        } catch (ExecutionException e) {
            throw new AssertionError("it is only ever completed with a value", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Set.of();
        }
    }

    /** The same without waiting, for tasks that are needed no longer. */
    public void reduce(Supplier<Set<String>> wanted) {
        listenTo(wanted);
    }

    /** The new request goes first, so that nothing is missed in between; to be told twice does no harm. */
    private Listening listenTo(Supplier<Set<String>> wanted) {
        lock.lock();
        try {
            Set<String> tasks = Set.copyOf(wanted.get());
            Listening before = listening;
            if (before.tasks.equals(tasks) && !before.over.isDone()) {
                return before;
            }
            listening = tasks.isEmpty() ? Listening.NONE : before.next(channel.nextId(), tasks);
            if (!tasks.isEmpty()) {
                post(listening);
            }
            if (!before.over.isDone()) {
                channel.sendNotification("notifications/cancelled", params().put("requestId", before.id));
            }
            return listening;
        } finally {
            lock.unlock();
        }
    }

    private void post(Listening begun) {
        ObjectNode params = params();
        begun.tasks.forEach(params.putObject("notifications").putArray("taskIds")::add);
        channel.post(begun.id, "subscriptions/listen", params);
    }

    /** The worker says what it will tell of; on its reader's thread. */
    public void acknowledged(ObjectNode params) {
        Listening now = listening;
        JsonNode tasks = params.path("notifications").path("taskIds");
        JsonNode request = params.path("_meta").path(McpGeneration.PREFIX + "subscriptionId");
        boolean meant = request.isMissingNode()
                ? !tasks.isMissingNode()
                : request.asString("").equals(Long.toString(now.id));
        if (meant) {
            Set<String> acknowledged = new HashSet<>();
            tasks.forEach(id -> acknowledged.add(id.asString("")));
            now.acknowledged.complete(acknowledged);
        }
    }

    /** The worker has answered a request of ours that no call waits for; true when it ends what it acknowledged. */
    public boolean answered(long id) {
        Listening now = listening;
        return now.id == id && now.end();
    }

    /** The worker is heard no longer. */
    public void ended() {
        listening.end();
    }

    private ObjectNode params() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        generation.meta(TaskIdLocator.withExtension()).ifPresent(meta -> params.set("_meta", meta));
        return params;
    }
}
