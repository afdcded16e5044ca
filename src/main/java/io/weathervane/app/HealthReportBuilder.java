package io.weathervane.app;

import io.weathervane.alert.WebhookAlerts;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.LiveFlags;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.policy.MonitorMode;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.store.Database;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.util.ProductVersion;
import io.weathervane.util.RecentThreadFailures;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code GET /health} says: 200 while calls can be served, also when something is degraded; 503 when not, or not yet. */
final class HealthReportBuilder implements HealthSource {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Database database;
    private final WebhookAlerts alerts;
    private final LiveFlags flags;
    private final WorkerManager workers;
    private final RollbackMonitor monitor;
    private final WorkerStartup startup;
    private final List<Supplier<List<String>>> others = new CopyOnWriteArrayList<>();

    HealthReportBuilder(Modules modules, WorkerStartup startup) {
        this.database = modules.serverContext().database();
        this.alerts = modules.operations().alerts();
        this.flags = modules.flags().live();
        this.workers = modules.workers().manager();
        this.monitor = modules.rollback().monitor();
        this.startup = startup;
        others.add(modules.flags().lostState()::problems);
    }

    /** Adds a source of problems, such as the HTTP server itself. */
    void addSource(Supplier<List<String>> problems) {
        others.add(problems);
    }

    @Override
    public Health health() {
        List<String> problems = new ArrayList<>(database.deferredWrites().lag().notes());
        problems.addAll(monitor.problems());
        problems.addAll(alerts.problems());
        others.forEach(other -> problems.addAll(other.get()));
        problems.addAll(RecentThreadFailures.notes());
        FlagsView view = flags.view();
        MonitorStatus status = monitor.status();
        WorkersView workersView = workers.view();
        boolean hasWorkers = !workersView.releases().isEmpty();
        boolean starting = hasWorkers && startup.goesOn();
        boolean down = hasWorkers && workersView.status().equals("down");
        ObjectNode body = JsonRpcCodec.JSON
                .createObjectNode()
                .put("status", starting ? "starting" : down ? "down" : status(view, workersView, problems))
                .put("version", ProductVersion.text())
                .put("killSwitch", view.killSwitch().engaged() ? "engaged" : "off")
                .put("monitor", status.state())
                .put(
                        "activeWorker",
                        workersView.active().map(worker -> worker.label()).orElse(null));
        body.set("switch", detail(view, status));
        ArrayNode notes = body.putArray("notes");
        workersView.notes().forEach(notes::add);
        workersView.drift().forEach(notes::add);
        view.degradedBecause().ifPresent(notes::add);
        view.killSwitch()
                .notDurableBecause()
                .filter(why -> !view.failSafe())
                .map(why -> "the kill switch is engaged in memory only, the database does not have it yet: " + why)
                .ifPresent(notes::add);
        problems.forEach(notes::add);
        monitor.notes().forEach(notes::add);
        return new Health(starting || down ? UNAVAILABLE : OK, body);
    }

    /**
     * The kill switch in detail. Readers that acknowledge are not counted yet, and it was never proven; those say so.
     * Armed is what a failing promotion would engage by itself.
     */
    private static ObjectNode detail(FlagsView view, MonitorStatus monitor) {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("armed", monitor.mode() == MonitorMode.ACT)
                .put("durable", view.killSwitch().durable())
                .put("epoch", view.epoch())
                .put("readers", 0)
                .put("acknowledged", 0)
                .putNull("lastProven");
    }

    /** A server without any worker configured lacks nothing: flags and audit are all that is asked of it. */
    private static String status(FlagsView flags, WorkersView workers, List<String> problems) {
        boolean workersFine =
                workers.status().equals("ok") || workers.releases().isEmpty();
        boolean inMemoryOnly = !flags.killSwitch().durable();
        return flags.degraded() || inMemoryOnly || !workersFine || !problems.isEmpty() ? "degraded" : "ok";
    }
}
