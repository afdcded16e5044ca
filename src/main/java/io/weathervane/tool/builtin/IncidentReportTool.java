package io.weathervane.tool.builtin;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.incident.EvidenceUri;
import io.weathervane.incident.IncidentReport;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code incident_report}: the runbook's part 3 step 3 document, filled from collected evidence. */
public final class IncidentReportTool implements Tool {
    private final ToolDefinition definition;
    private final Path incidents;
    private final EventBus events;
    private final Clock clock;

    /** @param incidents the folder of all bundles */
    public IncidentReportTool(SchemaCatalog schemas, Path incidents, EventBus events, Clock clock) {
        this.definition = schemas.definition("incident_report");
        this.incidents = incidents;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean needsWorkers() {
        return false;
    }

    @Override
    public boolean isSafeOperation(ObjectNode arguments) {
        return true;
    }

    @Override
    public boolean hasSafeOperation() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        IncidentReport report = IncidentReport.write(
                incidents, arguments.text("incident_id"), arguments.text("investigator"), arguments.text("approver"));
        events.publish(
                new Event(EventType.INCIDENT_REPORTED, clock.instant(), Map.of("incidentId", report.incidentId())));
        ObjectNode answer = JsonFields.object()
                .put("incidentId", report.incidentId())
                .put("file", report.file().toString())
                .put("markdown", report.markdown());
        return ToolResult.of("Written to " + report.file() + "\n\n" + report.markdown(), answer)
                .withLink(
                        EvidenceUri.of(
                                report.incidentId(), report.file().getFileName().toString()),
                        report.incidentId(),
                        "text/markdown");
    }
}
