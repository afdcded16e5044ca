package io.weathervane.tool.builtin;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditPage;
import io.weathervane.audit.AuditQuery;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.AuditEventJson;
import io.weathervane.tool.presentation.InconclusiveCheckFolder;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.util.SafeText;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code audit_query}: what happened, newest first (design section 6). */
public final class AuditQueryTool implements Tool {
    private static final int LIMIT_DEFAULT = 20;
    private static final int TEXT_WHAT_MAX = 200;

    private final ToolDefinition definition;
    private final AuditLog audit;
    private final Clock clock;

    public AuditQueryTool(SchemaCatalog schemas, AuditLog audit, Clock clock) {
        this.definition = schemas.definition("audit_query");
        this.audit = audit;
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
    public ToolResult call(ToolCall call) {
        AuditPage page = query(ToolArguments.of(call));
        ObjectNode answer = JsonFields.object();
        ArrayNode events = answer.putArray("events");
        page.events().forEach(event -> events.add(AuditEventJson.of(event)));
        JsonFields.putOptional(answer, "nextCursor", page.nextCursor());
        String lines = InconclusiveCheckFolder.of(page.events(), AuditQueryTool::isInconclusive).stream()
                .map(AuditQueryTool::line)
                .collect(Collectors.joining("\n"));
        String more = page.nextCursor()
                .map(cursor -> "\nThere is more: call again with cursor \"" + cursor + "\".")
                .orElse("");
        return ToolResult.of(lines.isEmpty() ? "No event fits." : lines + more, answer);
    }

    private AuditPage query(ToolArguments arguments) {
        Set<AuditKind> kinds = arguments
                .texts("kinds")
                .flatMap(name -> AuditKind.of(name).stream())
                .collect(Collectors.toUnmodifiableSet());
        Optional<Instant> from = arguments.moment("from", clock);
        Optional<Instant> to = arguments.moment("to", clock);
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new ToolFailureException("Arguments from and to: there is no moment between "
                    + JsonFields.time(from.get()) + " and " + JsonFields.time(to.get()) + ". Let from be before to.");
        }
        try {
            AuditQuery query = new AuditQuery(
                    new AuditQuery.TimeRange(from, to),
                    kinds,
                    arguments.text("decision"),
                    arguments.text("actor"),
                    arguments.text("promotion_id"),
                    new AuditQuery.PageRequest(arguments.integer("limit", LIMIT_DEFAULT), arguments.text("cursor")));
            return arguments
                    .text("service")
                    .map(service -> audit.queryOnly(service, query))
                    .orElseGet(() -> audit.query(query));
        } catch (IllegalArgumentException e) {
            throw new ToolFailureException(
                    "Argument " + e.getMessage() + ". Without a cursor the newest events come first.");
        }
    }

    /** The newest first; decisions that say nothing take one line, however many there are in a row. */
    private static String line(List<AuditEvent> run) {
        AuditEvent newest = run.get(0);
        if (run.size() == 1) {
            return line(newest);
        }
        AuditEvent oldest = run.get(run.size() - 1);
        return run.size() + " inconclusive decisions #" + oldest.seq() + " to #" + newest.seq() + ", "
                + JsonFields.time(oldest.at()) + " to " + JsonFields.time(newest.at()) + ", the last: "
                + line(newest);
    }

    private static boolean isInconclusive(AuditEvent event) {
        return event.decision().filter("healthy"::equals).isPresent()
                && !vouched(event).isEmpty();
    }

    private static String line(AuditEvent event) {
        String what = what(event.payload());
        return "#" + event.seq() + " " + JsonFields.time(event.at()) + " "
                + event.kind().wireName()
                + event.decision()
                        .map(decision -> " " + decision + vouched(event))
                        .orElse("")
                + " by " + SafeText.line(event.actor().name())
                + (event.payload().path("service").isString()
                        ? " service="
                                + SafeText.line(event.payload().path("service").stringValue(), TEXT_WHAT_MAX)
                        : "")
                + (what.isEmpty() ? "" : ": " + what);
    }

    /** The flag or worker it is about, what it was and is, and why; on one line, whatever a reason holds. */
    private static String what(ObjectNode payload) {
        String subject = payload.path("key").asString(payload.path("worker").asString(""));
        String change = payload.has("from") || payload.has("to")
                ? payload.path("from").asString("(none)") + " -> "
                        + payload.path("to").asString("(none)")
                : "";
        String why = payload.path("reason").asString(payload.path("cause").asString(""));
        String all =
                Stream.of(subject, change, why).filter(part -> !part.isEmpty()).collect(Collectors.joining(", "));
        return SafeText.line(all, TEXT_WHAT_MAX);
    }

    /** A decision that rests on too little is never shown as healthy alone. */
    private static String vouched(AuditEvent event) {
        return event.payload().path("conclusive").asBoolean(true) ? "" : " (inconclusive)";
    }
}
