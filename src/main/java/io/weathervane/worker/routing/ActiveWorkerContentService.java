package io.weathervane.worker.routing;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerContentService;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerServerInfo;
import io.weathervane.worker.protocol.WorkerSession;
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
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Asks whichever worker is active, and brings a new one to what clients subscribed to. */
public final class ActiveWorkerContentService implements WorkerContentService {
    private static final Logger LOG = LoggerFactory.getLogger("ActiveWorker");

    /** How long a worker may take for a subscription that no client waits for. */
    private static final Duration QUIET_LIMIT = Duration.ofSeconds(10);

    private final RoleAssignments roles;
    private final CallRouter router;
    private final WorkerNotifications notifications;
    private final BackgroundExecutor background;
    private final Ticker ticker;
    private final Object lock = new Object();
    private Set<String> watched = Set.of();
    private Optional<String> level = Optional.empty();

    public ActiveWorkerContentService(
            RoleAssignments roles,
            CallRouter router,
            WorkerNotifications notifications,
            BackgroundExecutor background,
            Ticker ticker) {
        this.roles = roles;
        this.router = router;
        this.notifications = notifications;
        this.background = background;
        this.ticker = ticker;
    }

    @Override
    public WorkerServerInfo serverInfo() {
        return active().map(Worker::session).map(WorkerSession::serverInfo).orElse(WorkerServerInfo.NONE);
    }

    @Override
    public boolean has(WorkerListKind list) {
        return active().filter(worker -> worker.session().has(list)).isPresent();
    }

    @Override
    public List<ObjectNode> list(WorkerListKind list) {
        return active().map(worker -> worker.session().list(list)).orElse(List.of());
    }

    @Override
    public ObjectNode listMeta(WorkerListKind list) {
        return active().map(worker -> worker.session().listMeta(list)).orElseGet(JsonNodeFactory.instance::objectNode);
    }

    @Override
    public void refreshTools() {
        using(worker -> worker.lists().refreshTools());
    }

    @Override
    public boolean toolsMayBeOld() {
        return active().filter(worker -> worker.lists().toolsMayBeOld()).isPresent();
    }

    @Override
    public void lookFor(String tool) {
        using(worker -> worker.lists().lookFor(tool));
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

    @Override
    public Optional<String> missing() {
        RoleSlot slot = roles.now().active();
        return slot == null || slot.alive() ? Optional.empty() : Optional.of(missing(slot));
    }

    private static String missing(RoleSlot slot) {
        return "The worker behind this server is not up: " + slot.release().label()
                + (slot.worker() == null ? " did not start" : " has ended")
                + (slot.abandoned() ? " and is not started again" : " and is started again")
                + "; worker_status shows what is wrong"
                + (slot.worker() == null
                        ? "; its tools are not known yet, and tools/list will have them once it is up"
                        : "");
    }

    @Override
    public boolean restartPending() {
        RoleSlot slot = roles.now().active();
        return slot != null && !slot.alive() && !slot.abandoned();
    }

    @Override
    public List<ObjectNode> listNow(WorkerListKind list, WorkerCallContext caller, Optional<Duration> patience) {
        Optional<Worker> worker = active().filter(Worker::alive);
        if (worker.isEmpty() || !worker.get().leases().take()) {
            return list(list);
        }
        try {
            Duration most = worker.get().release().callTimeout();
            Duration limit = patience.filter(wait -> wait.compareTo(most) < 0).orElse(most);
            return worker.get()
                    .session()
                    .listNow(list, new Stopwatch(ticker, limit), new CancelOnlyCallContext(caller));
        } catch (WorkerCallException e) {
            if (e.kind() == WorkerCallException.Kind.RPC_ERROR && e.code() == ErrorCode.METHOD_NOT_FOUND.code()) {
                // It declares more than it has: it has no such list.
                return List.of();
            }
            if (e.kind() == WorkerCallException.Kind.TIMEOUT && patience.isPresent()) {
                LOG.info(
                        "worker={} is slow to answer {}; the list of last time is given",
                        worker.get().label(),
                        list.method());
                return list(list);
            }
            throw e;
        } finally {
            worker.get().leases().giveBack();
        }
    }

    @Override
    public WorkerAnswer request(String method, ObjectNode params, WorkerCallContext callContext) {
        return router.request(method, params, callContext);
    }

    @Override
    public WorkerAnswer requestOnce(String method, ObjectNode params, WorkerCallContext callContext) {
        return router.requestOnce(method, params, callContext);
    }

    @Override
    public void watch(String uri, boolean waits) {
        synchronized (lock) {
            Set<String> more = new HashSet<>(watched);
            more.add(uri);
            watched = Set.copyOf(more);
        }
        updateActive(waits ? worker -> worker.release().callTimeout() : worker -> QUIET_LIMIT);
    }

    @Override
    public void unwatch(String uri) {
        synchronized (lock) {
            Set<String> less = new HashSet<>(watched);
            less.remove(uri);
            watched = Set.copyOf(less);
        }
        background.run(this::updateActiveQuietly);
    }

    @Override
    public Set<String> watched() {
        synchronized (lock) {
            return watched;
        }
    }

    @Override
    public void logLevel(String newLevel) {
        synchronized (lock) {
            level = Optional.of(newLevel);
        }
        background.run(this::updateActiveQuietly);
    }

    @Override
    public void onListTold(Consumer<WorkerListKind> listener) {
        notifications.onListNotified((worker, list) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(list);
            }
        });
    }

    @Override
    public void onResourceUpdated(Consumer<ObjectNode> listener) {
        notifications.onResourceUpdated((worker, params) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(params);
            }
        });
    }

    @Override
    public void onTold(BiConsumer<String, ObjectNode> listener) {
        notifications.onNotification((worker, notification) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(notification.method(), notification.params());
            }
        });
    }

    @Override
    public void sendNotification(String method, ObjectNode params) {
        boolean roots = method.equals("notifications/roots/list_changed");
        for (Role role : roots ? Role.values() : new Role[] {Role.ACTIVE}) {
            roles.now()
                    .worker(role)
                    .filter(Worker::alive)
                    .filter(worker -> !roots || worker.session().hasRoots())
                    .ifPresent(worker -> worker.session().sendNotification(method, params));
        }
    }

    @Override
    public void onLogged(Consumer<ObjectNode> listener) {
        notifications.onLogged((worker, params) -> {
            if (roles.now().holds(Role.ACTIVE, worker)) {
                listener.accept(params);
            }
        });
    }

    /** Another worker may be active now: it is told what the one before was. */
    public void switched() {
        if (!wanted().isNone()) {
            background.run(this::updateActiveQuietly);
        }
    }

    private void updateActiveQuietly() {
        try {
            updateActive(worker -> QUIET_LIMIT);
        } catch (WorkerCallException e) {
            LOG.info("what clients subscribed to is not all with the active worker: {}", e.reason());
        }
    }

    private void updateActive(Function<Worker, Duration> limit) {
        Wanted wanted = wanted();
        active().filter(Worker::alive)
                .ifPresent(worker -> worker.session()
                        .notifications()
                        .ifPresent(notifications ->
                                notifications.update(wanted.uris(), wanted.level(), limit.apply(worker))));
    }

    private record Wanted(Set<String> uris, Optional<String> level) {
        boolean isNone() {
            return uris.isEmpty() && level.isEmpty();
        }
    }

    private Wanted wanted() {
        synchronized (lock) {
            return new Wanted(watched, level);
        }
    }

    private Optional<Worker> active() {
        return roles.now().worker(Role.ACTIVE);
    }
}
