package io.weathervane.worker.role;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerStatusFile;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import io.weathervane.worker.routing.BackgroundExecutor;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Part of {@code worker_manager.json} that is about one service: its workers now, and their events. */
final class ServiceWorkerStatus {
    private static final int EVENTS_MAX = 200;
    private static final Duration DEBOUNCE = Duration.ofMillis(50);

    private final ServiceName service;
    private final WorkerStatusFile file;
    private final Supplier<WorkersView> workers;
    private final Clock clock;
    private final BackgroundExecutor background;
    private final Deque<JsonNode> events = new ArrayDeque<>();

    private ServiceWorkerStatus(
            ServiceName service,
            WorkerStatusFile file,
            Supplier<WorkersView> workers,
            Clock clock,
            BackgroundExecutor background) {
        this.service = service;
        this.file = file;
        this.workers = workers;
        this.clock = clock;
        this.background = background;
    }

    /** A part of the file from here on. */
    static ServiceWorkerStatus in(
            WorkerStatusFile file,
            ServiceName service,
            Supplier<WorkersView> workers,
            Clock clock,
            BackgroundExecutor background) {
        ServiceWorkerStatus status = new ServiceWorkerStatus(service, file, workers, clock, background);
        file.add(service, status::json);
        return status;
    }

    ServiceName service() {
        return service;
    }

    /** Takes over the events of the file of an earlier run. */
    void readEarlierEvents() {
        JsonNode earlier = file.earlierEvents(service); // takes the file's lock, under which this one is taken, too
        synchronized (this) {
            earlier.forEach(this::keep);
        }
    }

    private void keep(JsonNode event) {
        events.addLast(event);
        if (events.size() > EVENTS_MAX) {
            events.removeFirst();
        }
    }

    /** Adds an event; the caller fills in what there is to say beyond the type and the time. */
    void add(String type, ObjectNode details) {
        ObjectNode event = JsonRpcCodec.JSON.createObjectNode().put("type", type);
        event.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        event.setAll(details);
        synchronized (this) {
            keep(event);
        }
        changed();
    }

    /** Has the file written soon; several changes make one write. */
    void changed() {
        file.changed(write -> background.runAfter(DEBOUNCE, write));
    }

    /** Nothing changes any more. */
    void ended() {
        file.ended(service);
    }

    private synchronized ObjectNode json() {
        WorkersView view = workers.get();
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode().put("status", view.status());
        view.notes().forEach(json.putArray("notes")::add);
        view.drift().forEach(json.putArray("drift")::add);
        json.put("updatedAt", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        json.set("active", worker(view.active()));
        json.set("canary", worker(view.canary()));
        json.set("previous", worker(view.previous()));
        view.previousLabel().ifPresent(label -> json.put("previousLabel", label));
        events.forEach(json.putArray("events")::add);
        return json;
    }

    private static JsonNode worker(Optional<WorkerView> view) {
        return view.<JsonNode>map(ServiceWorkerStatus::worker)
                .orElseGet(() -> JsonRpcCodec.JSON.getNodeFactory().nullNode());
    }

    static ObjectNode worker(WorkerView view) {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode().put("label", view.label());
        view.pid().ifPresentOrElse(pid -> json.put("pid", pid), () -> json.putNull("pid"));
        view.process().urls().forEach(url -> json.withArray("urls").add(url));
        json.put("state", view.state().wireName())
                .put(
                        "startedAt",
                        view.process()
                                .startedAt()
                                .truncatedTo(ChronoUnit.MILLIS)
                                .toString())
                .put("protocol", view.program().protocol())
                .put("restarts", view.health().restarts())
                .put("requests", view.calls().sinceActive().requests())
                .put("errors", view.calls().sinceActive().errors());
        view.program().version().ifPresent(version -> json.put("version", version));
        view.process().user().ifPresent(user -> json.put("user", user));
        if (view.canaryWeight() > 0) {
            json.put("canaryWeight", view.canaryWeight());
        }
        view.health().exitCode().ifPresent(code -> json.put("exitCode", code));
        view.health()
                .lastProbe()
                .ifPresent(probe ->
                        json.putObject("lastProbe").put("ok", probe.ok()).put("detail", probe.detail()));
        return json;
    }
}
