package io.weathervane.worker.role;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.LogRateLimiter;
import io.weathervane.util.Ticker;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import io.weathervane.worker.routing.BackgroundExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code worker_manager.json}: the workers now, and what happened to them, for people with jq. */
final class WorkerStatusFile {
    private static final Logger LOG = LoggerFactory.getLogger("WorkerManager");
    private static final int EVENTS_MAX = 200;
    private static final long FILE_BYTES_MAX = 4L * 1024 * 1024;
    private static final Duration DEBOUNCE = Duration.ofMillis(50);

    private final Path file;
    private final Supplier<WorkersView> workers;
    private final Clock clock;
    private final LogRateLimiter complaints;
    private final BackgroundExecutor background;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Deque<JsonNode> events = new ArrayDeque<>();

    WorkerStatusFile(
            Path file, Supplier<WorkersView> workers, Clock clock, Ticker ticker, BackgroundExecutor background) {
        this.file = file;
        this.workers = workers;
        this.clock = clock;
        this.complaints = new LogRateLimiter(ticker);
        this.background = background;
    }

    /** Takes over the events of the file of an earlier run; a file that cannot be read begins anew. */
    synchronized void readEarlierEvents() {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= FILE_BYTES_MAX) {
                JsonNode earlier =
                        JsonRpcCodec.JSON.readTree(Files.readAllBytes(file)).path("events");
                earlier.forEach(this::keep);
            }
        } catch (IOException | JacksonException e) {
            LOG.warn("{} cannot be read and begins anew: {}", file, e.getMessage());
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
        if (waiting.compareAndSet(false, true)) {
            background.runAfter(DEBOUNCE, this::write);
        }
    }

    /** Writes it now. */
    synchronized void write() {
        waiting.set(false);
        try {
            AtomicFiles.replace(
                    file, JsonRpcCodec.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json()));
        } catch (IOException e) {
            if (complaints.take()) {
                LOG.error("{} cannot be written", file, e);
            }
        }
    }

    private ObjectNode json() {
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
        return view.<JsonNode>map(WorkerStatusFile::worker)
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
        if (view.weight() > 0) {
            json.put("weight", view.weight());
        }
        view.health().exitCode().ifPresent(code -> json.put("exitCode", code));
        view.health()
                .lastProbe()
                .ifPresent(probe ->
                        json.putObject("lastProbe").put("ok", probe.ok()).put("detail", probe.detail()));
        return json;
    }
}
