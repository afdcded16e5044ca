package io.weathervane.tool.builtin;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.incident.EvidenceBundle;
import io.weathervane.incident.EvidenceCollector;
import io.weathervane.incident.EvidenceFile;
import io.weathervane.incident.EvidenceUri;
import io.weathervane.store.WriteReceipt;
import io.weathervane.tool.CallChannel;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.JsonFields;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code evidence_collect}: the runbook's part 3 step 2 in one step, with secrets removed. */
public final class EvidenceCollectTool implements Tool {
    private static final int MINUTES_DEFAULT = 60;

    private final ToolDefinition definition;
    private final EvidenceCollector collector;
    private final AuditLog audit;
    private final EventBus events;
    private final Clock clock;

    public EvidenceCollectTool(
            SchemaCatalog schemas, EvidenceCollector collector, AuditLog audit, EventBus events, Clock clock) {
        this.definition = schemas.definition("evidence_collect");
        this.collector = collector;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public boolean runsAsTask() {
        return true;
    }

    @Override
    public boolean makesSafe(ObjectNode arguments) {
        return true;
    }

    @Override
    public boolean canMakeSafe() {
        return true;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        Duration lookBack = Duration.ofMinutes(arguments.integer("minutes", MINUTES_DEFAULT));
        CallChannel channel = call.channel();
        EvidenceBundle bundle =
                collector.collect(arguments.text("title").orElse("incident"), lookBack, (done, total, file) -> {
                    channel.progress(done, total, file);
                    return !channel.cancelled();
                });
        events.publish(new Event(EventType.EVIDENCE_COLLECTED, clock.instant(), Map.of("incidentId", bundle.id())));
        Optional<String> warning = record(bundle, arguments.actor());
        return ToolResult.of(text(bundle, warning), node(bundle, warning))
                .withLink(
                        EvidenceUri.of(bundle.id(), "manifest.json"),
                        bundle.id() + "/manifest.json",
                        "application/json");
    }

    /** The bundle is there whatever the database says: evidence is wanted most when it fails. */
    private Optional<String> record(EvidenceBundle bundle, Actor actor) {
        ObjectNode payload = JsonFields.object()
                .put("incidentId", bundle.id())
                .put("files", bundle.files().size());
        WriteReceipt receipt = audit.appendLate(NewAuditEvent.of(AuditKind.EVIDENCE_COLLECTED, actor, payload));
        return receipt.promptly()
                ? Optional.empty()
                : Optional.of("the collection is not in the audit yet, the database could not take it"
                        + receipt.failure().map(why -> " (" + why + ")").orElse(""));
    }

    private static String text(EvidenceBundle bundle, Optional<String> warning) {
        String names = bundle.files().stream().map(EvidenceFile::name).collect(Collectors.joining(", "));
        return "Evidence is in " + bundle.folder() + "\n" + bundle.summary() + "\nFiles: " + names
                + ", manifest.json"
                + warning.map(why -> "\nWarning: " + why + ".").orElse("")
                + "\nNext: incident_report writes the document from it.";
    }

    private static ObjectNode node(EvidenceBundle bundle, Optional<String> warning) {
        ObjectNode node = JsonFields.object()
                .put("incidentId", bundle.id())
                .put("folder", bundle.folder().toString())
                .put("summary", bundle.summary())
                .put("redactions", bundle.redactions());
        JsonFields.putOptional(node, "warning", warning);
        ArrayNode files = node.putArray("files");
        bundle.files()
                .forEach(file -> files.addObject()
                        .put("name", file.name())
                        .put("bytes", file.bytes())
                        .put("sha256", file.sha256()));
        return node;
    }
}
