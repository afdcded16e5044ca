package io.weathervane.tool.builtin;

import io.weathervane.worker.Tally;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Workers as data and as lines. */
final class WorkerJson {
    private WorkerJson() {}

    static ObjectNode of(WorkersView workers) {
        ObjectNode node = Json.object().put("status", workers.status());
        Json.putTexts(node, "notes", workers.notes());
        put(node, "active", workers.active());
        put(node, "canary", workers.canary());
        put(node, "previous", workers.previous());
        put(node, "rejected", workers.rejected());
        Json.putOptional(node, "rollbackTarget", workers.previousLabel());
        Json.putTexts(node, "drift", workers.drift());
        Json.putTexts(node, "releases", workers.releases());
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<WorkerView> worker) {
        if (worker.isPresent()) {
            node.set(name, of(worker.get()));
        } else {
            node.putNull(name);
        }
    }

    static ObjectNode of(WorkerView worker) {
        Tally tally = worker.tally();
        ObjectNode node = Json.object()
                .put("label", worker.label())
                .put("role", worker.role().wireName())
                .put("state", worker.state().wireName())
                .put("pid", worker.pid())
                .put("kind", worker.kind().wireName())
                .put("protocol", worker.protocol())
                .put("startedAt", Json.time(worker.startedAt()))
                .put("requests", tally.requests())
                .put("errors", tally.errors())
                .put("inFlight", worker.inFlight())
                .put("restarts", worker.restarts());
        if (tally.requests() > 0) {
            node.put("errorRate", (double) tally.errors() / tally.requests());
        } else {
            node.putNull("errorRate");
        }
        node.put("lastProbe", worker.lastProbe().map(probe -> probe.detail()).orElse(null));
        return node;
    }

    static String text(WorkersView workers) {
        StringBuilder text = new StringBuilder("Workers: " + workers.status());
        line(text, "active", workers.active());
        line(text, "canary", workers.canary());
        line(text, "previous", workers.previous());
        text.append("\na rollback goes back to: ")
                .append(workers.previousLabel().orElse("nothing"));
        workers.notes().forEach(note -> text.append("\nnote: ").append(note));
        workers.drift().forEach(drift -> text.append("\ndrift: ").append(drift));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Optional<WorkerView> worker) {
        text.append('\n')
                .append(name)
                .append(": ")
                .append(worker.map(WorkerJson::line).orElse("none"));
    }

    private static String line(WorkerView worker) {
        Tally tally = worker.tally();
        String rate = tally.requests() == 0
                ? "no calls yet"
                : String.format(
                        Locale.ROOT,
                        "%d calls, %d failed (%.1f%%)",
                        tally.requests(),
                        tally.errors(),
                        100.0 * tally.errors() / tally.requests());
        return worker.label() + ", " + worker.state().wireName() + ", pid " + worker.pid() + ", " + worker.protocol()
                + ", since " + Json.time(worker.startedAt()) + ", " + rate;
    }
}
