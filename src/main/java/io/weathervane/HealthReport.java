package io.weathervane;

import io.weathervane.control.RollbackMonitor;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.LiveFlags;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code GET /health} says: 200 while calls can be served, also when something is degraded; 503 when not. */
final class HealthReport implements HealthSource {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final LiveFlags flags;
    private final WorkerManager workers;
    private final RollbackMonitor monitor;

    HealthReport(LiveFlags flags, WorkerManager workers, RollbackMonitor monitor) {
        this.flags = flags;
        this.workers = workers;
        this.monitor = monitor;
    }

    @Override
    public Health health() {
        FlagsView view = flags.view();
        WorkersView workersView = workers.view();
        boolean down =
                workersView.status().equals("down") && !workersView.releases().isEmpty();
        ObjectNode body = JsonRpcCodec.JSON
                .createObjectNode()
                .put("status", down ? "down" : status(view, workersView))
                .put("version", Product.version())
                .put("killSwitch", view.killSwitch().engaged() ? "engaged" : "off")
                .put("monitor", monitor.status().state())
                .put(
                        "activeWorker",
                        workersView.active().map(worker -> worker.label()).orElse(null));
        ArrayNode notes = body.putArray("notes");
        workersView.notes().forEach(notes::add);
        view.degradedBecause().ifPresent(notes::add);
        return new Health(down ? UNAVAILABLE : OK, body);
    }

    /** A server without any worker configured lacks nothing: flags and audit are all that is asked of it. */
    private static String status(FlagsView flags, WorkersView workers) {
        boolean workersFine =
                workers.status().equals("ok") || workers.releases().isEmpty();
        return flags.degraded() || !workersFine ? "degraded" : "ok";
    }
}
