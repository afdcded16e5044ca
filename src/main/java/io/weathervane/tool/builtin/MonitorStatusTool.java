package io.weathervane.tool.builtin;

import io.weathervane.alert.WebhookAlerts;
import io.weathervane.alert.WebhookSinkStatus;
import io.weathervane.failure.FailureReport;
import io.weathervane.flags.FlagsView;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.MonitorStatus.Remaining;
import io.weathervane.rollback.MonitorStatus.Watch;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkersView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code monitor_status}: is the promotion healthy, and by which rules. */
public final class MonitorStatusTool implements Tool {
    private static final int CHECKS_DEFAULT = 5;

    private final ToolDefinition definition;
    private final RollbackMonitor monitor;
    private final LiveFlags flags;
    private final WorkerManager workers;
    private final WebhookAlerts alerts;

    public MonitorStatusTool(
            SchemaCatalog schemas,
            RollbackMonitor monitor,
            LiveFlags flags,
            WorkerManager workers,
            WebhookAlerts alerts) {
        this.definition = schemas.definition("monitor_status");
        this.monitor = monitor;
        this.flags = flags;
        this.workers = workers;
        this.alerts = alerts;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        int checks = ToolArguments.of(call).integer("checks", CHECKS_DEFAULT);
        Seen seen = look();
        return ToolResult.of(text(seen, checks), node(seen, checks));
    }

    /** Everything the tool answers as data; also part of the evidence. */
    public ObjectNode snapshot(int checks) {
        return node(look(), checks);
    }

    /** All of it at one moment, for the text and the data to agree. */
    private record Seen(
            MonitorStatus status,
            KillSwitchStatus killSwitch,
            WorkersView workers,
            FailureReport failures,
            List<SignalReading> signals,
            List<WebhookSinkStatus> webhooks,
            List<String> warnings) {}

    private Seen look() {
        MonitorStatus status = monitor.status();
        FlagsView flagsView = flags.view();
        List<String> warnings = new ArrayList<>(status.warnings());
        flagsView.degradedBecause().ifPresent(warnings::add);
        warnings.addAll(alerts.problems());
        return new Seen(
                status,
                flagsView.killSwitch(),
                workers.view(),
                workers.failures(),
                monitor.signals(),
                alerts.status(),
                warnings);
    }

    private static String text(Seen seen, int checks) {
        return Stream.of(
                        Stream.of(
                                MonitorStatusText.sentence(seen.status()),
                                ToolResultFields.sentence(seen.killSwitch())),
                        Stream.of(WorkerJson.text(seen.workers()) + FailureReportFields.text(seen.failures())),
                        MonitorStatusText.baselines(seen.status()),
                        MonitorStatusText.calls(seen.status()),
                        MonitorStatusText.checks(checks(seen.status(), checks)),
                        SignalStatusText.lines(seen.signals()),
                        MonitorStatusText.policy(seen.status()),
                        MonitorStatusText.deliveries(seen.webhooks()),
                        seen.warnings().stream().map(warning -> "warning: " + warning))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n"));
    }

    private static ObjectNode node(Seen seen, int checks) {
        ObjectNode answer = node(seen.status(), checks);
        ToolResultFields.putTexts(answer, "warnings", seen.warnings());
        answer.set("killSwitch", ToolResultFields.killSwitch(seen.killSwitch()));
        answer.set("workers", WorkerJson.of(seen.workers()));
        answer.set("failures", FailureReportFields.json(seen.failures()));
        if (!seen.signals().isEmpty()) {
            answer.set("signals", RollbackMonitor.signalsJson(seen.signals()));
        }
        answer.set("alerts", deliveries(seen.webhooks()));
        return answer;
    }

    private static ObjectNode deliveries(List<WebhookSinkStatus> sinks) {
        ObjectNode node = ToolResultFields.object();
        ArrayNode webhooks = node.putArray("webhooks");
        for (WebhookSinkStatus sink : sinks) {
            ObjectNode one = webhooks.addObject()
                    .put("name", sink.name())
                    .put("delivered", sink.delivered())
                    .put("pending", sink.pending())
                    .put("abandoned", sink.abandoned());
            ToolResultFields.putOptional(
                    one, "oldestPending", sink.oldestPending().map(ToolResultFields::time));
            ToolResultFields.putOptional(one, "lastError", sink.lastError());
        }
        return node;
    }

    private static ObjectNode node(MonitorStatus status, int checks) {
        ObjectNode node = ToolResultFields.object()
                .put("state", status.state())
                .put("mode", status.mode().wireName());
        ToolResultFields.putOptional(node, "promotionId", status.promotionId());
        Optional<Watch> watch = status.watch();
        Optional<Remaining> remaining = watch.flatMap(Watch::remaining);
        ToolResultFields.putOptional(node, "worker", watch.map(on -> on.state().worker()));
        ToolResultFields.putOptional(node, "previous", watch.flatMap(Watch::previous));
        ToolResultFields.putOptional(node, "outcome", status.outcome().map(WatchOutcome::wireName));
        ToolResultFields.putOptional(node, "inProgress", status.inProgress());
        ToolResultFields.putOptional(node, "startedAt", watch.map(on -> ToolResultFields.time(on.startedAt())));
        ToolResultFields.putOptional(node, "endsAt", watch.map(on -> ToolResultFields.time(on.endsAt())));
        ToolResultFields.putOptional(
                node, "nextCheckAt", remaining.map(left -> ToolResultFields.time(left.nextCheckAt())));
        ToolResultFields.putOptional(node, "timeLeft", remaining.map(left -> MonitorStatusText.words(left.time())));
        ToolResultFields.putOptional(
                node, "intervalInForce", remaining.map(left -> MonitorStatusText.words(left.interval())));
        node.put("checkCount", status.checks()).put("conclusiveChecks", status.conclusiveChecks());
        ObjectNode baseline =
                node.putObject("baseline").put("next", status.settings().baseline());
        watch.ifPresent(on -> baseline.put("watch", on.state().comparedWith()));
        ObjectNode policy = node.putObject("policy");
        status.settings()
                .sources()
                .forEach((name, value) ->
                        policy.putObject(name).put("value", value.value()).put("source", value.source()));
        if (watch.isPresent()) {
            ObjectNode calls = node.putObject("calls");
            calls.set("callers", counts(status.callersCalls()));
            calls.set("probes", counts(status.probes()));
        }
        node.set("checks", checks(status, checks));
        putLastDecision(node, status);
        return node;
    }

    private static ObjectNode counts(CallCounts calls) {
        return ToolResultFields.object().put("calls", calls.calls()).put("failed", calls.failed());
    }

    /** The newest, inconclusive ones in a row as one. */
    private static ArrayNode checks(MonitorStatus status, int limit) {
        return InconclusiveCheckFolder.newest(
                InconclusiveCheckFolder.folded(status.checksJson(Integer.MAX_VALUE)), limit);
    }

    private static void putLastDecision(ObjectNode node, MonitorStatus status) {
        if (status.lastDecision().isEmpty()) {
            node.putNull("lastDecision");
            return;
        }
        MonitorStatus.LastDecision last = status.lastDecision().get();
        ObjectNode decision = node.putObject("lastDecision")
                .put("at", ToolResultFields.time(last.at()))
                .put("decision", last.decision().action().wireName())
                .put("conclusive", last.decision().conclusive())
                .put("reason", last.decision().reason())
                .put("failureCount", last.decision().failureCount());
        last.decision()
                .errorRate()
                .ifPresentOrElse(rate -> decision.put("errorRate", rate), () -> decision.putNull("errorRate"));
        ArrayNode conditions = decision.putArray("conditions");
        last.decision().conditions().stream().map(RuleCondition::text).forEach(conditions::add);
    }
}
