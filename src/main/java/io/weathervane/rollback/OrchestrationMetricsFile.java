package io.weathervane.rollback;

import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.MonitorStatus.Watch;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.SafeText;
import io.weathervane.watch.MonitorJson;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.ServiceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** The file {@code orchestration_metrics.json}, replaced whole after each check. Used by the loop's thread only. */
final class OrchestrationMetricsFile {
    static final String NAME = "orchestration_metrics.json";

    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    /** Failures to write the file are logged this far apart. */
    private static final Duration LOG_PAUSE = Duration.ofMinutes(1);

    private final Path folder;
    private final ServiceName service;
    private final BooleanSupplier isFirst;
    private Optional<Instant> loggedAt = Optional.empty();

    /** @param isFirst whether the service is the first now, which the runbook's file speaks of */
    OrchestrationMetricsFile(Path folder, ServiceName service, BooleanSupplier isFirst) {
        this.folder = folder;
        this.service = service;
        this.isFirst = isFirst;
    }

    private Path file() {
        return folder.resolve(isFirst.getAsBoolean() ? NAME : service.fileName(NAME));
    }

    /** @param totals calls since the active worker became active */
    void write(MonitorStatus status, CallTotals totals, Instant now) {
        ObjectNode node = MonitorJson.object();
        node.put("updatedAt", now.toString());
        node.set("validation", validation(status, totals));
        node.set("checks", status.checksJson(Integer.MAX_VALUE));
        node.set("monitor", monitor(status));
        String text = MonitorJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
        byte[] json = SafeText.json(text).getBytes(StandardCharsets.UTF_8);
        try {
            AtomicFiles.replaceUnsynced(file(), json);
        } catch (IOException e) {
            warn(e, now);
        }
    }

    private void warn(IOException e, Instant now) {
        if (loggedAt.filter(at -> at.plus(LOG_PAUSE).isAfter(now) && !at.isAfter(now))
                .isEmpty()) {
            loggedAt = Optional.of(now);
            LOG.warn("{} cannot be written: {}", file(), e.toString());
        }
    }

    private static ObjectNode validation(MonitorStatus status, CallTotals totals) {
        boolean watching = status.state().equals("watching");
        List<CheckRecord> window = window(status);
        long requests = watching ? sum(window, true) : totals.requests();
        long errors = watching ? sum(window, false) : totals.errors();
        ObjectNode node = MonitorJson.object();
        node.put("status", word(status));
        status.lastDecision()
                .filter(last -> watching)
                .ifPresent(last -> node.put("conclusive", last.decision().conclusive()));
        node.put("over", watching ? "the checks in the window" : "since the worker became active");
        node.put("requests", requests);
        node.put("errors", errors);
        MonitorJson.putRate(node, "errorRate", rate(watching ? window : List.of(), requests, errors));
        node.put("windowChecks", window.size());
        node.put("failedChecks", window.stream().filter(CheckRecord::failed).count());
        node.put("conclusiveChecks", status.conclusiveChecks());
        MonitorJson.putText(node, "lastCheckAt", lastCheckAt(status));
        MonitorJson.putText(
                node,
                "reason",
                status.lastDecision().map(last -> last.decision().reason()));
        return node;
    }

    private static String word(MonitorStatus status) {
        if (status.state().equals("watching")) {
            return status.lastDecision()
                    .map(last -> last.decision().action().wireName())
                    .orElse("watching");
        }
        return status.outcome().map(WatchOutcome::wireName).orElse(status.state());
    }

    /** The newest check's rate; where it has none, what the calls give, however few. */
    private static OptionalDouble rate(List<CheckRecord> window, long requests, long errors) {
        if (!window.isEmpty() && window.get(window.size() - 1).errorRate().isPresent()) {
            return window.get(window.size() - 1).errorRate();
        }
        return requests == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) errors / requests);
    }

    private static List<CheckRecord> window(MonitorStatus status) {
        return status.recentChecks(status.settings().policy().checkWindow());
    }

    private static long sum(List<CheckRecord> window, boolean requests) {
        return window.stream()
                .map(CheckRecord::observation)
                .mapToLong(seen -> requests ? seen.requests() : seen.errors())
                .sum();
    }

    private static Optional<String> lastCheckAt(MonitorStatus status) {
        return status.recentChecks(1).stream()
                .map(check -> check.at().toString())
                .findFirst();
    }

    private static ObjectNode monitor(MonitorStatus status) {
        ObjectNode node = MonitorJson.object();
        node.put("state", status.state());
        node.put("mode", status.mode().wireName());
        MonitorJson.putText(node, "promotionId", status.promotionId());
        Optional<Watch> watch = status.watch();
        MonitorJson.putText(node, "worker", watch.map(on -> on.state().worker()));
        MonitorJson.putText(node, "previous", watch.flatMap(Watch::previous));
        MonitorJson.putText(node, "startedAt", watch.map(on -> on.startedAt().toString()));
        MonitorJson.putText(node, "endsAt", watch.map(on -> on.endsAt().toString()));
        MonitorJson.putText(
                node,
                "nextCheckAt",
                watch.flatMap(Watch::remaining).map(left -> left.nextCheckAt().toString()));
        MonitorJson.putText(node, "outcome", status.outcome().map(WatchOutcome::wireName));
        node.put("checks", status.checks());
        ObjectNode policy = node.putObject("policy");
        status.settings()
                .sources()
                .forEach((key, sourced) ->
                        policy.putObject(key).put("value", sourced.value()).put("source", sourced.source()));
        return node;
    }
}
