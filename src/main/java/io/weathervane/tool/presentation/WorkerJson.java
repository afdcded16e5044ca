package io.weathervane.tool.presentation;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** Workers as data. */
public final class WorkerJson {
    private WorkerJson() {}

    public static ObjectNode of(WorkersView workers) {
        ObjectNode node = JsonFields.object().put("status", workers.status());
        JsonFields.putTexts(node, "notes", workers.notes());
        put(node, "active", workers.active());
        put(node, "canary", workers.canary());
        put(node, "previous", workers.previous());
        put(node, "rejected", workers.rejected());
        JsonFields.putOptional(node, "rollbackTarget", workers.previousLabel());
        JsonFields.putTexts(node, "drift", workers.drift());
        JsonFields.putTexts(node, "releases", workers.releases());
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<WorkerView> worker) {
        if (worker.isPresent()) {
            node.set(name, of(worker.get()));
        } else {
            node.putNull(name);
        }
    }

    public static ObjectNode of(WorkerView worker) {
        CallTotals calls = worker.calls().sinceStart();
        ObjectNode node = JsonFields.object()
                .put("label", worker.label())
                .put("role", worker.role().wireName())
                .put("state", worker.state().wireName());
        worker.pid().ifPresentOrElse(pid -> node.put("pid", pid), () -> node.putNull("pid"));
        node.put("kind", worker.program().kind().wireName())
                .put("protocol", worker.program().protocol())
                .put("startedAt", JsonFields.time(worker.process().startedAt()))
                .put("ageSeconds", worker.process().age().toSeconds())
                .put("requests", calls.requests())
                .put("errors", calls.errors())
                .put("inFlight", worker.calls().inFlight())
                .put("restarts", worker.health().restarts());
        worker.process().urls().forEach(url -> node.withArray("urls").add(url));
        if (worker.role() == Role.ACTIVE) {
            node.putObject("sinceActive")
                    .put("requests", worker.calls().sinceActive().requests())
                    .put("errors", worker.calls().sinceActive().errors());
        }
        if (calls.requests() > 0) {
            node.put("errorRate", (double) calls.errors() / calls.requests());
        } else {
            node.putNull("errorRate");
        }
        worker.program().version().ifPresent(version -> node.put("version", version));
        worker.process().user().ifPresent(user -> node.put("user", user));
        if (worker.role() == Role.CANARY) {
            node.put("canaryWeight", worker.canaryWeight());
        }
        if (worker.calls().recent().requests() > 0) {
            node.set("recent", recent(worker.calls().recent()));
        }
        node.put(
                "lastProbe",
                worker.health().lastProbe().map(probe -> probe.detail()).orElse(null));
        return node;
    }

    private static ObjectNode recent(RecentCallSummary recent) {
        ObjectNode node = JsonFields.object().put("requests", recent.requests()).put("errors", recent.errors());
        recent.p50().ifPresent(time -> node.put("p50Ms", millis(time)));
        recent.p95().ifPresent(time -> node.put("p95Ms", millis(time)));
        recent.p99().ifPresent(time -> node.put("p99Ms", millis(time)));
        return node;
    }

    /** To a thousandth. */
    static double millis(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos()) / 1_000.0;
    }
}
