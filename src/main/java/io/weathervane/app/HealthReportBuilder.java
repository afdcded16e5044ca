package io.weathervane.app;

import io.weathervane.alert.WebhookAlerts;
import io.weathervane.block.CallBlocks;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.LiveFlags;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.policy.MonitorMode;
import io.weathervane.reader.FlagReaders;
import io.weathervane.reader.ReadersReport;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.store.Database;
import io.weathervane.store.StoreException;
import io.weathervane.tool.presentation.FlagJson;
import io.weathervane.transport.http.HealthSource;
import io.weathervane.util.ProductVersion;
import io.weathervane.util.RecentThreadFailures;
import io.weathervane.worker.ReleaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the answer of {@code GET /health}: 200 while calls can be served, also when something is degraded; 503 when
 * not, or not yet.
 */
final class HealthReportBuilder implements HealthSource {
    private static final Logger LOG = LoggerFactory.getLogger("WeatherVane");

    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Database database;
    private final WebhookAlerts alerts;
    private final CallBlocks blocks;
    private final LiveFlags flags;
    private final Services services;
    private volatile List<String> leftRecords = List.of();
    private final List<Supplier<List<String>>> others = new CopyOnWriteArrayList<>();
    private final LiveConfiguration configuration;
    private final FlagReaders readers;

    HealthReportBuilder(Modules modules, LiveConfiguration configuration) {
        this.configuration = configuration;
        this.database = modules.serverContext().database();
        this.alerts = modules.operations().alerts();
        this.blocks = modules.blocks();
        this.flags = modules.flags().live();
        this.readers = modules.flags().readers();
        this.services = modules.services();
        noteLeftRecords();
        configuration.onServicesChanged(this::noteLeftRecords);
        others.add(modules.flags().lostState()::problems);
        others.add(blocks::problems);
        others.add(configuration::problems);
    }

    /** A service that was taken out of the configuration leaves its record; it is used again when the service is there again. */
    private void noteLeftRecords() {
        try {
            noteLeftRecords(database.read(ReleaseStore::services));
        } catch (StoreException e) {
            LOG.warn("releases of services that the configuration does not name are not known: {}", e.getMessage());
        }
    }

    private void noteLeftRecords(List<String> recorded) {
        List<String> names = services.names();
        List<String> left =
                recorded.stream().filter(name -> !names.contains(name)).toList();
        leftRecords = left.isEmpty()
                ? List.of()
                : List.of(
                        "the database has releases of services that the configuration does not name, which are left as"
                                + " they are: " + String.join(", ", left));
        leftRecords.forEach(note -> LOG.warn("{}", note));
    }

    /** Adds a source of problems, such as the HTTP server itself. */
    void addSource(Supplier<List<String>> problems) {
        others.add(problems);
    }

    @Override
    public Health health() {
        List<ServiceHealth> states = services();
        List<String> problems = new ArrayList<>(database.deferredWrites().lag().notes());
        states.forEach(service -> problems.addAll(named(service, service.problems())));
        problems.addAll(alerts.problems());
        others.forEach(other -> problems.addAll(other.get()));
        problems.addAll(RecentThreadFailures.notes());
        FlagsView view = flags.view();
        ServiceHealth first = states.get(0);
        boolean serves = states.stream().anyMatch(ServiceHealth::serves);
        boolean starting = !serves && states.stream().anyMatch(ServiceHealth::starting);
        ObjectNode body = JsonRpcCodec.JSON
                .createObjectNode()
                .put("status", serves ? status(view, states, problems) : starting ? "starting" : "down")
                .put("version", ProductVersion.text())
                .put("killSwitch", view.killSwitch().engaged() ? "engaged" : "off")
                .put("monitor", first.monitor().state())
                .put(
                        "activeWorker",
                        first.workers().active().map(worker -> worker.label()).orElse(null));
        body.set("switch", detail(view, readers.report(), first.monitor()));
        ArrayNode blocked = body.putArray("blocks");
        blocks.all()
                .forEach(block -> blocked.addObject()
                        .put("id", block.scope().text())
                        .put("since", block.at().toString()));
        if (services.areSeveral()) {
            ObjectNode each = body.putObject("services");
            states.forEach(service -> each.set(service.name(), service.json()));
        }
        notes(body.putArray("notes"), view, states, problems);
        return new Health(serves ? OK : UNAVAILABLE, body);
    }

    private List<ServiceHealth> services() {
        return services.all().stream().map(ServiceHealth::of).toList();
    }

    private void notes(ArrayNode notes, FlagsView view, List<ServiceHealth> states, List<String> problems) {
        states.forEach(service -> named(service, service.workerNotes()).forEach(notes::add));
        view.degradedBecause().ifPresent(notes::add);
        view.killSwitch()
                .notDurableBecause()
                .filter(why -> !view.failSafe())
                .map(why -> "the kill switch is engaged in memory only, the database does not have it yet: " + why)
                .ifPresent(notes::add);
        problems.forEach(notes::add);
        states.forEach(service -> named(service, service.notes()).forEach(notes::add));
        leftRecords.forEach(notes::add);
        configuration.notes().forEach(notes::add);
        FlagJson.stale(view).ifPresent(notes::add);
    }

    /** Where there are several services, a sentence says whose it is. */
    private List<String> named(ServiceHealth service, List<String> sentences) {
        return !services.areSeveral()
                ? sentences
                : sentences.stream()
                        .map(sentence -> "service " + service.name() + ": " + sentence)
                        .toList();
    }

    /**
     * The kill switch in detail, with how many readers have acknowledged the epoch; that it was never proven is said.
     * Armed is what a failing promotion would engage by itself.
     */
    private static ObjectNode detail(FlagsView view, ReadersReport readers, MonitorStatus monitor) {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("armed", monitor.mode() == MonitorMode.ACT)
                .put("durable", view.killSwitch().durable())
                .put("epoch", view.epoch())
                .put("readers", readers.readers())
                .put("acknowledged", readers.acknowledged())
                .putNull("lastProven");
    }

    private static String status(FlagsView flags, List<ServiceHealth> services, List<String> problems) {
        boolean wellServed = services.stream().allMatch(service -> service.isWell() && service.serves());
        boolean inMemoryOnly = !flags.killSwitch().durable();
        return flags.degraded() || inMemoryOnly || !wellServed || !problems.isEmpty() ? "degraded" : "ok";
    }
}
