package io.weathervane;

import io.weathervane.control.RollbackMonitor;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.LiveFlags;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code GET /health} says: 200 while calls can be served, also when something is degraded; 503 when not, or not yet. */
final class HealthReport implements HealthSource {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final LiveFlags flags;
    private final WorkerManager workers;
    private final RollbackMonitor monitor;
    private final WorkerStart start;
    private volatile Supplier<List<String>> doorProblems = List::of;

    HealthReport(LiveFlags flags, WorkerManager workers, RollbackMonitor monitor, WorkerStart start) {
        this.flags = flags;
        this.workers = workers;
        this.monitor = monitor;
        this.start = start;
    }

    /** What is not well with the HTTP door itself. */
    void alsoAsk(Supplier<List<String>> problems) {
        doorProblems = problems;
    }

    @Override
    public Health health() {
        List<String> door = doorProblems.get();
        FlagsView view = flags.view();
        WorkersView workersView = workers.view();
        boolean hasWorkers = !workersView.releases().isEmpty();
        boolean starting = hasWorkers && start.goesOn();
        boolean down = hasWorkers && workersView.status().equals("down");
        ObjectNode body = JsonRpcCodec.JSON
                .createObjectNode()
                .put("status", starting ? "starting" : down ? "down" : status(view, workersView, door))
                .put("version", Product.version())
                .put("killSwitch", view.killSwitch().engaged() ? "engaged" : "off")
                .put("monitor", monitor.status().state())
                .put(
                        "activeWorker",
                        workersView.active().map(worker -> worker.label()).orElse(null));
        ArrayNode notes = body.putArray("notes");
        workersView.notes().forEach(notes::add);
        workersView.drift().forEach(notes::add);
        view.degradedBecause().ifPresent(notes::add);
        door.forEach(notes::add);
        return new Health(starting || down ? UNAVAILABLE : OK, body);
    }

    /** A server without any worker configured lacks nothing: flags and audit are all that is asked of it. */
    private static String status(FlagsView flags, WorkersView workers, List<String> door) {
        boolean workersFine =
                workers.status().equals("ok") || workers.releases().isEmpty();
        return flags.degraded() || !workersFine || !door.isEmpty() ? "degraded" : "ok";
    }
}
