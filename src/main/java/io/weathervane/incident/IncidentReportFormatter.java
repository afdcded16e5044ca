package io.weathervane.incident;

import io.weathervane.audit.AuditKind;
import io.weathervane.failure.FailureReportText;
import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The runbook's document as text: its headings and order, what the evidence knows filled in, the rest left to people. */
final class IncidentReportFormatter {
    /** Longest reason or title shown. */
    private static final int SHOWN_LENGTH_MAX = 500;

    /** The approver of a reset that the runbook names, for a report whose evidence names none. */
    private static final String APPROVER = "Director Dana";

    private IncidentReportFormatter() {}

    static String write(String id, Path folder, IncidentFacts facts, String investigator, Optional<String> approver) {
        StringBuilder out = new StringBuilder();
        line(out, "# Incident Report");
        line(out, "");
        line(
                out,
                "**Incident**: " + id + " – "
                        + shown(facts.manifest().path("title").asString("")));
        line(
                out,
                "**Time**: "
                        + facts.trigger().orElse(facts.manifest()).path("at").asString(collectedAt(facts)));
        line(out, "**Status**: " + status(facts));
        section(out, "Symptoms", symptoms(facts));
        section(out, "Evidence", evidence(folder, facts));
        section(out, "Actions Taken", actions(facts));
        section(
                out,
                "Next Steps",
                List.of(
                        "1. Root cause analysis",
                        "2. Fix and validation in staging",
                        "3. Reset kill-switch after approval",
                        "4. Retro document"));
        section(
                out,
                "Assigned To",
                List.of(
                        "- Investigation: " + shown(investigator),
                        "- Approval: " + shown(approver.or(facts::approver).orElse(APPROVER))));
        ReportChecklists checklists = new ReportChecklists(facts);
        section(out, "Post-Promotion Checklist", checklists.afterPromotion());
        section(out, "Incident Response Checklist", checklists.response(folder));
        section(out, "Kill-Switch Reset Checklist", checklists.reset());
        return out.toString();
    }

    /** As the runbook says it of an incident whose kill switch was reset. */
    private static String status(IncidentFacts facts) {
        return facts.resolved()
                ? "Resolved. Kill-switch reset"
                        + facts.reset().map(IncidentReportFormatter::when).orElse("")
                : "Active";
    }

    private static List<String> symptoms(IncidentFacts facts) {
        Optional<JsonNode> cause = facts.decision().or(facts::trigger);
        String reason = cause.map(
                        event -> shown(event.path("payload").path("reason").asString("")))
                .filter(text -> !text.isEmpty())
                .orElse("[Describe observed behavior]");
        List<String> symptoms = new ArrayList<>(List.of("- " + reason, "- Error rate: " + errorRate(facts)));
        symptoms.addAll(failures(cause));
        facts.ineffective().ifPresent(page -> symptoms.add("- " + reason(page) + ", said" + when(page, "")));
        symptoms.add("- Affected service: [API/Orchestrator/Both]");
        FailureReportText.lines(facts.failures()).forEach(line -> symptoms.add(item(line)));
        facts.ineffective().map(facts::failuresAfter).map(FailureReportText::lines).stream()
                .flatMap(List::stream)
                .forEach(line -> symptoms.add(item(line.startsWith(" ") ? line : "when collected: " + line)));
        return symptoms;
    }

    /** The decision's own count is of calls or of checks, as its rule has it; the checks that it saw tell both apart. */
    private static List<String> failures(Optional<JsonNode> cause) {
        JsonNode evidence =
                cause.map(event -> event.path("payload").path("evidence")).orElseGet(MissingNode::getInstance);
        JsonNode checks = evidence.path("recentChecks");
        if (checks.isEmpty()) {
            return List.of("- Failures that the decision counted: " + figure(cause, "failureCount"));
        }
        return List.of(
                "- Checks: " + shown(evidence.path("failurePattern").asString("unknown")),
                "- Failed calls in these checks: " + sum(checks, "errors") + " of " + sum(checks, "requests"));
    }

    private static long sum(JsonNode checks, String field) {
        return checks.valueStream()
                .mapToLong(check -> check.path(field).asLong(0))
                .sum();
    }

    /** A line as an item of a list, as deep as it is indented. */
    private static String item(String line) {
        String text = line.stripLeading();
        return line.substring(0, line.length() - text.length()) + "- " + shown(text);
    }

    private static String errorRate(IncidentFacts facts) {
        JsonNode decided = facts.decision()
                .map(event -> event.path("payload").path("errorRate"))
                .orElseGet(() -> facts.metrics().path("validation").path("errorRate"));
        return decided.isNumber() ? String.format(Locale.ROOT, "%.1f %%", decided.doubleValue() * 100) : "unknown";
    }

    private static String figure(Optional<JsonNode> event, String name) {
        JsonNode value = event.map(one -> one.path("payload").path(name)).orElse(null);
        return value != null && value.isNumber() ? value.asString() : "unknown";
    }

    private static List<String> evidence(Path folder, IncidentFacts facts) {
        return List.of(
                "- Folder: `" + folder + "` (manifest.json has the SHA-256 of every file)",
                "- Worker state: See worker_state.json",
                "- Metrics: See metrics.json",
                "- Errors: See errors.txt",
                "- What calls failed with: See failures.json",
                "- Rollback and escalation log lines: See rollback_logs.txt",
                "- Checks from before the trigger: See checks.json",
                "- Audit: See audit.jsonl (" + facts.events().size() + " events)",
                "- Flags: See flags.txt and flags.json");
    }

    private static List<String> actions(IncidentFacts facts) {
        String killSwitch = facts.last(AuditKind.KILL_SWITCH_ACTIVATED)
                .map(event -> "- Kill-switch activated: DISABLE_NEW=1" + when(event))
                .orElse(
                        facts.killSwitchOn()
                                ? "- Kill-switch activated: DISABLE_NEW=1"
                                : "- Kill-switch not activated");
        String automatic = facts.last(AuditKind.ROLLBACK_EXECUTED)
                .map(event -> "- Rollback executed " + (byHand(event) ? "by hand" : "automatically") + when(event))
                .or(() ->
                        facts.last(AuditKind.ESCALATION_TRIGGERED).map(event -> "- Escalation triggered" + when(event)))
                .orElse("- No automatic action in this time");
        String failed = facts.last(AuditKind.ROLLBACK_FAILED)
                .map(event -> "\n- Rollback failed" + when(event))
                .orElse("");
        String after = facts.ineffective()
                .map(page -> "\n- It did not help" + when(page))
                .orElse("");
        String now = facts.killSwitchOn() ? "engaged (DISABLE_NEW=1)" : "not engaged";
        return List.of(killSwitch, automatic + failed + after, "- Kill-switch when the evidence was collected: " + now);
    }

    private static boolean byHand(JsonNode event) {
        JsonNode payload = event.path("payload");
        return payload.path("manual").asBoolean(false)
                || !payload.path("automatic").asBoolean(true);
    }

    private static String reason(JsonNode event) {
        return shown(event.path("payload").path("reason").asString(""));
    }

    private static String when(JsonNode event) {
        return when(event, reason(event));
    }

    private static String when(JsonNode event, String reason) {
        String promotion = event.path("promotionId").asString("");
        return " at " + event.path("at").asString("") + " by "
                + shown(event.path("actor").asString(""))
                + (promotion.isEmpty() ? "" : ", promotion " + shown(promotion))
                + (reason.isEmpty() ? "" : ": " + reason) + " ("
                + IncidentFacts.place(event) + ")";
    }

    private static String collectedAt(IncidentFacts facts) {
        return facts.manifest().path("collectedAt").asString("unknown");
    }

    /** A text from outside on one line, so that it cannot pass for a heading or a ticked box. */
    static String shown(String text) {
        return SafeText.line(Redactor.clean(text).strip(), SHOWN_LENGTH_MAX);
    }

    private static void section(StringBuilder out, String heading, List<String> lines) {
        line(out, "");
        line(out, "## " + heading);
        lines.forEach(text -> line(out, text));
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append('\n');
    }
}
