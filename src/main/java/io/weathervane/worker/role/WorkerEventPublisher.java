package io.weathervane.worker.role;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.Role;
import io.weathervane.worker.ToolDefinitionDrift;
import io.weathervane.worker.UnexpectedWorkerExit;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.routing.TaskTable;
import io.weathervane.worker.routing.Worker;
import io.weathervane.worker.routing.WorkerNotifications;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Publishes what happens to workers: to the log, the event bus, listeners and {@code worker_manager.json}. */
final class WorkerEventPublisher {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");

    private final EventBus bus;
    private final Clock clock;
    private final ServiceWorkerStatus file;
    private final Function<Worker, Optional<Role>> roles;
    private final FirstStartToolBaselines toolBaselines = new FirstStartToolBaselines();
    private final List<Consumer<ToolDefinitionDrift>> driftListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<UnexpectedWorkerExit>> exitListeners = new CopyOnWriteArrayList<>();
    private final WorkerNotifications notifications;
    private final Map<String, String> notes = new ConcurrentHashMap<>();

    WorkerEventPublisher(
            EventBus bus,
            Clock clock,
            ServiceWorkerStatus file,
            Function<Worker, Optional<Role>> roles,
            TaskTable tasks) {
        this.notifications = new WorkerNotifications(tasks, this::listsChanged);
        this.roles = roles;
        this.bus = bus;
        this.clock = clock;
        this.file = file;
    }

    /** What the workers say unasked. */
    WorkerNotifications notifications() {
        return notifications;
    }

    static ObjectNode details() {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    void onUnexpectedExit(Consumer<UnexpectedWorkerExit> listener) {
        exitListeners.add(listener);
    }

    private void listsChanged(Worker worker) {
        roles.apply(worker).ifPresent(role -> compareTools(worker, role));
        changed();
    }

    /** Tells the listener when a release's tools have drifted from its first ones, or are like those again. */
    void onToolDrift(Consumer<ToolDefinitionDrift> listener) {
        driftListeners.add(listener);
    }

    /** How the tools of the worker's release differ from those it was first started with. */
    FirstStartToolBaselines definitions() {
        return toolBaselines;
    }

    /** Compares the tools of a worker that has just started or announces changed tools. */
    void compareTools(Worker worker, Role role) {
        toolBaselines
                .look(worker.release(), worker.tools())
                .ifPresent(changes ->
                        publishDrift(new ToolDefinitionDrift(worker.label(), role, changes, clock.instant())));
    }

    private void publishDrift(ToolDefinitionDrift drift) {
        String what = drift.changes().isEmpty() ? "as they were again" : String.join(", ", drift.changes());
        LOG.warn(
                "tool definitions drifted worker={} role={} changes=\"{}\"",
                file.service().shown(drift.label()),
                drift.role().wireName(),
                what);
        ObjectNode details = details();
        drift.changes().forEach(details.putArray("changes")::add);
        journal("drift", drift.label(), Optional.of(drift.role()), details);
        for (Consumer<ToolDefinitionDrift> listener : driftListeners) {
            try {
                listener.accept(drift);
            } catch (RuntimeException e) {
                LOG.error("a listener for drift failed", e);
            }
        }
    }

    /** The sentences that hold now. */
    List<String> notes() {
        return List.copyOf(new TreeMap<>(notes).values());
    }

    void forget(String key) {
        if (notes.remove(key) != null) {
            changed();
        }
    }

    /** The workers changed in a way that is shown. */
    void changed() {
        file.changed();
        bus.publish(new Event(EventType.WORKERS_CHANGED, clock.instant(), Map.of()));
    }

    /** Tells everyone of a switch that is done. */
    void announce(String cause, WorkerSwitchResult change) {
        LOG.warn(
                "switched cause={} from={} to={}",
                cause,
                change.from().map(file.service()::shown).orElse("none"),
                file.service().shown(change.to()));
        ObjectNode details = details()
                .put("cause", cause)
                .put("from", change.from().orElse(null))
                .put("to", change.to())
                .put("recorded", change.recorded());
        journal("switch", change.to(), Optional.of(Role.ACTIVE), details);
        bus.publish(new Event(
                EventType.WORKER_SWITCHED,
                change.at(),
                Map.of("cause", cause, "from", change.from().orElse(""), "to", change.to())));
    }

    /** Tells all listeners of an end that no caller had asked for. */
    void report(Worker worker, Role role, boolean willRestart) {
        int code = worker.server().exitCode().orElse(-1);
        UnexpectedWorkerExit exit = new UnexpectedWorkerExit(worker.label(), role, code, clock.instant(), willRestart);
        for (Consumer<UnexpectedWorkerExit> listener : exitListeners) {
            try {
                listener.accept(exit);
            } catch (RuntimeException e) {
                LOG.error("a listener for worker exits failed", e);
            }
        }
        LOG.error(
                "worker exited unexpectedly worker={} role={} exitCode={}{}",
                worker.shown(),
                role.wireName(),
                code,
                worker.lastStderr());
        journal("exit", worker.label(), Optional.of(role), details().put("exitCode", code));
        Map<String, Object> details = new HashMap<>();
        details.put("worker", worker.label());
        details.put("role", role.wireName());
        details.put("exitCode", code);
        details.put("willRestart", willRestart);
        bus.publish(new Event(EventType.WORKER_EXITED, exit.at(), details));
    }

    /** Has a sentence shown with the workers until it is {@link #forget forgotten}. */
    void note(String key, String sentence) {
        notes.put(key, sentence);
        changed();
    }

    /** Adds to the file what happened to a worker. */
    void journal(String type, String label, Optional<Role> role, ObjectNode details) {
        ObjectNode event = details().put("worker", label);
        role.ifPresent(known -> event.put("role", known.wireName()));
        event.setAll(details);
        file.add(type, event);
    }
}
