package io.weathervane.tool.presentation;

import io.weathervane.worker.CallTotals;
import io.weathervane.worker.RecentCallSummary;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Workers as lines for a person. */
final class WorkerText {
    private WorkerText() {}

    static String of(WorkersView workers) {
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
                .append(worker.map(WorkerText::line).orElse("none"));
    }

    private static String line(WorkerView worker) {
        String since = worker.role() == Role.ACTIVE
                        && !worker.calls().sinceActive().equals(worker.calls().sinceStart())
                ? "; since it became active " + rate(worker.calls().sinceActive())
                : "";
        String rate = rate(worker.calls().sinceStart()) + since;
        String version =
                worker.program().version().map(text -> " (" + text + ")").orElse("");
        String canaryWeight = worker.canaryWeight() == 0 ? "" : ", canary weight " + worker.canaryWeight() + "%";
        return worker.label() + version + ", " + worker.state().wireName() + ", " + worker.where() + ", "
                + worker.program().protocol()
                + worker.process().user().map(user -> ", as " + user).orElse("")
                + ", since " + JsonFields.time(worker.process().startedAt()) + ", restarts "
                + worker.health().restarts() + canaryWeight + ", " + rate
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
                        WorkerJson.millis(recent.p50().orElse(Duration.ZERO)),
                        WorkerJson.millis(recent.p95().orElse(Duration.ZERO)),
                        WorkerJson.millis(recent.p99().orElse(Duration.ZERO)));
    }
}
