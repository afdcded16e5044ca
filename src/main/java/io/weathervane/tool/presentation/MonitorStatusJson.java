package io.weathervane.tool.presentation;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.monitor.WatchOutcome;
import io.weathervane.rollback.MonitorStatus;
import io.weathervane.rollback.MonitorStatus.Remaining;
import io.weathervane.rollback.MonitorStatus.Watch;
import io.weathervane.watch.SignalJson;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The monitor, with the switch, the workers and the receivers of alerts, as data. */
final class MonitorStatusJson {
    private MonitorStatusJson() {}

    /** @param checks the newest so many; inconclusive ones in a row count as one */
    static ObjectNode of(MonitorSnapshot seen, int checks) {
        ObjectNode answer = node(seen.status(), checks);
        JsonFields.putTexts(answer, "warnings", seen.warnings());
        answer.set("killSwitch", KillSwitchJson.of(seen.flags().killSwitch()));
        answer.set("readers", ReadersJson.of(seen.flagsAndBlocks().readers()));
        BlockJson.add(answer, seen.flagsAndBlocks().blocked());
        answer.set("workers", seen.workers().json());
        answer.set("failures", FailureReportFields.json(seen.failures()));
        if (!seen.signals().isEmpty()) {
            answer.set("signals", SignalJson.readings(seen.signals()));
        }
        answer.set("alerts", seen.alerts().json());
        return answer;
    }

    /** The newest, oldest first, inconclusive ones in a row as one. */
    static ArrayNode checks(MonitorStatus status, int limit) {
        return InconclusiveCheckFolder.newest(
                InconclusiveCheckFolder.folded(status.checksJson(Integer.MAX_VALUE)), limit);
    }

    private static ObjectNode node(MonitorStatus status, int checks) {
        ObjectNode node = JsonFields.object()
                .put("state", status.state())
                .put("mode", status.mode().wireName());
        JsonFields.putOptional(node, "promotionId", status.promotionId());
        putWatch(node, status);
        node.put("checkCount", status.checks()).put("conclusiveChecks", status.conclusiveChecks());
        putSettings(node, status);
        if (status.watch().isPresent()) {
            ObjectNode calls = node.putObject("calls");
            calls.set("callers", counts(status.callersCalls()));
            calls.set("probes", counts(status.probes()));
        }
        node.set("checks", checks(status, checks));
        putLastDecision(node, status);
        return node;
    }

    private static void putWatch(ObjectNode node, MonitorStatus status) {
        Optional<Watch> watch = status.watch();
        Optional<Remaining> remaining = watch.flatMap(Watch::remaining);
        JsonFields.putOptional(node, "worker", watch.map(on -> on.state().worker()));
        JsonFields.putOptional(node, "previous", watch.flatMap(Watch::previous));
        JsonFields.putOptional(node, "outcome", status.outcome().map(WatchOutcome::wireName));
        JsonFields.putOptional(node, "inProgress", status.inProgress());
        JsonFields.putOptional(node, "startedAt", watch.map(on -> JsonFields.time(on.startedAt())));
        JsonFields.putOptional(node, "endsAt", watch.map(on -> JsonFields.time(on.endsAt())));
        JsonFields.putOptional(node, "nextCheckAt", remaining.map(left -> JsonFields.time(left.nextCheckAt())));
        JsonFields.putOptional(node, "timeLeft", remaining.map(left -> MonitorStatusText.words(left.time())));
        JsonFields.putOptional(
                node, "intervalInForce", remaining.map(left -> MonitorStatusText.words(left.interval())));
    }

    private static void putSettings(ObjectNode node, MonitorStatus status) {
        ObjectNode baseline =
                node.putObject("baseline").put("next", status.settings().baseline());
        status.watch().ifPresent(on -> baseline.put("watch", on.state().comparedWith()));
        ObjectNode policy = node.putObject("policy");
        status.settings()
                .sources()
                .forEach((name, value) ->
                        policy.putObject(name).put("value", value.value()).put("source", value.source()));
    }

    private static ObjectNode counts(CallCounts calls) {
        return JsonFields.object().put("calls", calls.calls()).put("failed", calls.failed());
    }

    private static void putLastDecision(ObjectNode node, MonitorStatus status) {
        if (status.lastDecision().isEmpty()) {
            node.putNull("lastDecision");
            return;
        }
        MonitorStatus.LastDecision last = status.lastDecision().get();
        ObjectNode decision = node.putObject("lastDecision")
                .put("at", JsonFields.time(last.at()))
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
