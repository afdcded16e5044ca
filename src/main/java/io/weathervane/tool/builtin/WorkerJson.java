package io.weathervane.tool.builtin;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** Workers as data and as lines. */
final class WorkerJson {
    private WorkerJson() {}

    static ObjectNode of(WorkersView workers) {
        ObjectNode node = ToolResultFields.object().put("status", workers.status());
        ToolResultFields.putTexts(node, "notes", workers.notes());
        put(node, "active", workers.active());
        put(node, "canary", workers.canary());
        put(node, "previous", workers.previous());
        put(node, "rejected", workers.rejected());
        ToolResultFields.putOptional(node, "rollbackTarget", workers.previousLabel());
        ToolResultFields.putTexts(node, "drift", workers.drift());
        ToolResultFields.putTexts(node, "releases", workers.releases());
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
        CallTotals calls = worker.calls().sinceStart();
        ObjectNode node = ToolResultFields.object()
                .put("label", worker.label())
                .put("role", worker.role().wireName())
                .put("state", worker.state().wireName());
        worker.pid().ifPresentOrElse(pid -> node.put("pid", pid), () -> node.putNull("pid"));
        node.put("kind", worker.program().kind().wireName())
                .put("protocol", worker.program().protocol())
                .put("startedAt", ToolResultFields.time(worker.process().startedAt()))
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
            node.put("weight", worker.weight());
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
        ObjectNode node =
                ToolResultFields.object().put("requests", recent.requests()).put("errors", recent.errors());
        recent.p50().ifPresent(time -> node.put("p50Ms", millis(time)));
        recent.p95().ifPresent(time -> node.put("p95Ms", millis(time)));
        recent.p99().ifPresent(time -> node.put("p99Ms", millis(time)));
        return node;
    }

    /** To a thousandth. */
    private static double millis(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos()) / 1_000.0;
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
        String since = worker.role() == Role.ACTIVE
                        && !worker.calls().sinceActive().equals(worker.calls().sinceStart())
                ? "; since it became active " + rate(worker.calls().sinceActive())
                : "";
        String rate = rate(worker.calls().sinceStart()) + since;
        String version =
                worker.program().version().map(text -> " (" + text + ")").orElse("");
        String weight = worker.weight() == 0 ? "" : ", gets " + worker.weight() + "% of the callers";
        return worker.label() + version + ", " + worker.state().wireName() + ", " + worker.where() + ", "
                + worker.program().protocol()
                + worker.process().user().map(user -> ", as " + user).orElse("")
                + ", since " + ToolResultFields.time(worker.process().startedAt()) + ", restarts "
                + worker.health().restarts() + weight + ", " + rate
                + times(worker.calls().recent());
    }

    private static String rate(CallTotals calls) {
        return calls.requests() == 0
                ? "no calls yet"
                : String.format(
                        Locale.ROOT,
                        "%d calls, %d failed (%.1f%%)",
                        calls.requests(),
                        calls.errors(),
                        100.0 * calls.errors() / calls.requests());
    }

    private static String times(RecentCallSummary recent) {
        return recent.requests() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; newest %d: p50 %.1f ms, p95 %.1f ms, p99 %.1f ms",
                        recent.requests(),
                        millis(recent.p50().orElse(Duration.ZERO)),
                        millis(recent.p95().orElse(Duration.ZERO)),
                        millis(recent.p99().orElse(Duration.ZERO)));
    }
}
