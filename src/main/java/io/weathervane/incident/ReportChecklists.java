package io.weathervane.incident;

import io.weathervane.audit.AuditKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The runbook's three checklists (part 6) for one incident. A line is ticked when the evidence shows that it was done,
 * and says by what; what only people can know stays open. Where the runbook writes its defaults, the lines have the
 * policy that was in force.
 */
final class ReportChecklists {
    private final IncidentFacts facts;

    ReportChecklists(IncidentFacts facts) {
        this.facts = facts;
    }

    List<String> afterPromotion() {
        return List.of(
                box(facts.last(AuditKind.MONITORING_STARTED), "Monitoring started automatically (check logs)"),
                box(facts.checked(), "Health checks running every " + facts.policy("checkInterval", "30 seconds")),
                box(false, "No errors in first 5 minutes"),
                box(false, "Error rate stable below 5%"),
                box(false, "Resource usage normal (<512 MB)"),
                box(
                        facts.watchedToTheEnd(),
                        "At " + facts.policy("gracePeriod", "10 minutes") + ": monitoring stops automatically"),
                box(false, "Review upgrade artifacts for evidence"));
    }

    /** @param folder where the evidence is */
    List<String> response(Path folder) {
        boolean engaged = facts.killSwitchOn()
                || facts.last(AuditKind.KILL_SWITCH_ACTIVATED).isPresent();
        return List.of(
                box(true, "Incident detected (automatic or manual)"),
                box(engaged, "Kill-switch activated (DISABLE_NEW=1)"),
                box(true, "Evidence collected (" + folder + ")"),
                box(false, "Team notified via Slack"),
                box(false, "Root cause identified"),
                box(false, "Fix prepared in staging"),
                box(false, "Shadow validation passes"),
                box(false, "Fix deployed to main"),
                box(facts.reset(), "Kill-switch reset (DISABLE_NEW=0)"),
                box(true, "Incident report written"),
                box(false, "Post-mortem scheduled"));
    }

    List<String> reset() {
        Optional<JsonNode> reset = facts.reset();
        boolean off = reset.isPresent() && !facts.killSwitchOn();
        String approved = facts.approver()
                .map(name -> ": " + IncidentReportFormatter.shown(name) + " did")
                .orElse("");
        return List.of(
                box(false, "Fix is deployed and verified on main"),
                box(false, "Post-incident review is documented"),
                box(facts.approver().isPresent(), "Senior engineer or Director Dana approved reset" + approved),
                box(false, "No new errors in last 15 minutes"),
                box(reset, "Reset command executed successfully"),
                box(off, "Flag status verified in SQLite"),
                box(off && facts.logged("DISABLE_NEW=0"), "Orchestrator logs confirm DISABLE_NEW=0"),
                box(false, "New features confirmed working"),
                box(false, "Team notified of reset"));
    }

    private static String box(Optional<JsonNode> event, String text) {
        return event.map(one -> box(true, text) + " (" + IncidentFacts.place(one) + ")")
                .orElseGet(() -> box(false, text));
    }

    private static String box(boolean done, String text) {
        return (done ? "- [x] " : "- [ ] ") + text;
    }
}
