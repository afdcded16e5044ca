package io.weathervane.worker;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The active worker's prompts, resources and completions, and the subscriptions that clients have to them. */
public final class WorkerFeatures {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerFeatures");

    /** How long a worker may take for a subscription that no client waits for. */
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(10);

    private final RoleAssignments roles;
    private final CallRouter router;
    private final WorkerNotifications notifications;
    private final Background background;
    private final Ticker ticker;
    private final Object wishing = new Object();
    private Set<String> watched = Set.of();
    private Optional<String> level = Optional.empty();

    WorkerFeatures(
            RoleAssignments roles,
            CallRouter router,
            WorkerNotifications notifications,
            Background background,
            Ticker ticker) {
        this.roles = roles;
        this.router = router;
        this.notifications = notifications;
        this.background = background;
        this.ticker = ticker;
    }

    /** What the active worker said of itself; nothing while there is none. */
    public WorkerServerInfo offer() {
        return active().map(Worker::session).map(WorkerSession::offer).orElse(WorkerServerInfo.NONE);
    }

    /** The entries as the active worker gave them last; the same object as long as they are the same. */
    public List<ObjectNode> list(WorkerList list) {
        return active().map(worker -> worker.session().list(list)).orElse(List.of());
    }

    /** Asks the active worker for its tools again, if it may have others by now than it had; waits for the answer. */
    public void refreshTools() {
        using(Worker::refreshTools);
    }

    /** Whether {@link #refreshTools} would ask. */
    public boolean toolsMayBeOld() {
        return active().filter(Worker::toolsMayBeOld).isPresent();
    }

    /** Asks the active worker for its tools again when it is not known to have this one. */
    public void lookFor(String tool) {
        using(worker -> worker.lookFor(tool));
    }

    /** Under a lease, so that the worker is not ended meanwhile. */
    private void using(Consumer<Worker> work) {
        Optional<Worker> worker = active().filter(Worker::alive);
        if (worker.isPresent() && worker.get().leases().take()) {
            try {
                work.accept(worker.get());
            } finally {
                worker.get().leases().giveBack();
            }
        }
    }

    /** What keeps the active worker from having its tools: it is starting, or is down; empty when nothing does. */
    public Optional<String> missing() {
        RoleSlot slot = roles.now().active();
        Worker worker = slot == null ? null : slot.worker();
        if (slot == null || (worker != null && worker.alive())) {
            return Optional.empty();
        }
        String label = slot.release().label();
        return Optional.of(
                slot.givenUp()
                        ? "The worker " + label + " is down and not started again; worker_status shows why"
                        : "The worker " + label + " is not up; worker_status shows what is wrong");
    }

    /**
     * The entries as the active worker gives them now, which may take as long as a call; those of last time while it is
     * down.
     *
     * @throws WorkerCallException when it answers with an error, or not in time: a part of a list is no list
     */
    public List<ObjectNode> listNow(WorkerList list) {
        Optional<Worker> worker = active().filter(Worker::alive);
        if (worker.isEmpty() || !worker.get().leases().take()) {
            return list(list);
        }
        try {
            Duration limit = worker.get().release().callTimeout();
            return worker.get().session().listNow(list, new Stopwatch(ticker, limit));
        } catch (WorkerCallException e) {
            if (e.kind() == WorkerCallException.Kind.RPC_ERROR && e.code() == ErrorCode.METHOD_NOT_FOUND.code()) {
                // It declares more than it has: it has no such list.
                return List.of();
            }
            throw e;
        } finally {
            worker.get().leases().giveBack();
        }
    }

    /**
     * Asks the active worker: {@code prompts/get}, {@code resources/read}, {@code completion/complete}.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     * @throws CallSuspendedException when the client has to answer the worker first, by a further request
     */
    public WorkerAnswer request(String method, ObjectNode params, WorkerCallContext callContext) {
        return router.request(method, params, callContext);
    }

    /**
     * Asks the active worker for something that may change it: a request that may have been done is not made again.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     */
    public WorkerAnswer requestOnce(String method, ObjectNode params, WorkerCallContext callContext) {
        return router.requestOnce(method, params, callContext);
    }

    /**
     * Has the active worker, whichever that is, say when this resource is another.
     *
     * @param waits whether it may take as long as a call
     * @throws WorkerCallException when the active worker refuses that
     */
    public void watch(String uri, boolean waits) {
        synchronized (wishing) {
            Set<String> more = new HashSet<>(watched);
            more.add(uri);
            watched = Set.copyOf(more);
        }
        tellActive(waits ? worker -> worker.release().callTimeout() : worker -> QUIET_LIMIT);
    }

    public void unwatch(String uri) {
        synchronized (wishing) {
            Set<String> less = new HashSet<>(watched);
            less.remove(uri);
            watched = Set.copyOf(less);
        }
        background.run(this::tellActiveQuietly);
    }

    /** The resources that the active worker is to tell of. */
    public Set<String> watched() {
        synchronized (wishing) {
            return watched;
        }
    }

    /** Has the active worker, whichever that is, log so much. */
    public void logLevel(String newLevel) {
        synchronized (wishing) {
            level = Optional.of(newLevel);
        }
        background.run(this::tellActiveQuietly);
    }

    /** Has the listener told of each list that the active worker says is another, though it is the same. */
    public void onListTold(Consumer<WorkerList> listener) {
        notifications.onListTold((worker, list) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(list);
            }
        });
    }

    /** Has the listener told, on the worker's thread, which resource of the active worker's is another. */
    public void onResourceUpdated(Consumer<ObjectNode> listener) {
        notifications.onResourceUpdated((worker, params) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(params);
            }
        });
    }

    /** Has the listener told what an extension of the active worker says that belongs to no call. */
    public void onTold(BiConsumer<String, ObjectNode> listener) {
        notifications.onTold((worker, notification) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(notification.method(), notification.params());
            }
        });
    }

    /** Passes on what a client says: of its roots to all workers that know of roots, else to the active one. */
    public void tell(String method, ObjectNode params) {
        boolean roots = method.equals("notifications/roots/list_changed");
        for (Role role : roots ? Role.values() : new Role[] {Role.ACTIVE}) {
            roles.now()
                    .worker(role)
                    .filter(Worker::alive)
                    .filter(worker -> !roots || worker.session().hasRoots())
                    .ifPresent(worker -> worker.session().tell(method, params));
        }
    }

    /** Has the listener told, on the worker's thread, what the active worker logs that belongs to no call. */
    public void onLogged(Consumer<ObjectNode> listener) {
        notifications.onLogged((worker, params) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(params);
            }
        });
    }

    /** Another worker may be active now: it is told what the one before was. */
    void switched() {
        if (!wishes().isNone()) {
            background.run(this::tellActiveQuietly);
        }
    }

    private void tellActiveQuietly() {
        try {
            tellActive(worker -> QUIET_LIMIT);
        } catch (WorkerCallException e) {
            LOG.info("what clients subscribed to is not all with the active worker: {}", e.reason());
        }
    }

    private void tellActive(Function<Worker, Duration> limit) {
        Wishes wishes = wishes();
        active().filter(Worker::alive)
                .ifPresent(worker -> worker.session()
                        .watch()
                        .ifPresent(watch -> watch.update(wishes.uris(), wishes.level(), limit.apply(worker))));
    }

    private record Wishes(Set<String> uris, Optional<String> level) {
        boolean isNone() {
            return uris.isEmpty() && level.isEmpty();
        }
    }

    private Wishes wishes() {
        synchronized (wishing) {
            return new Wishes(watched, level);
        }
    }

    private Optional<Worker> active() {
        return roles.now().worker(Role.ACTIVE);
    }
}
