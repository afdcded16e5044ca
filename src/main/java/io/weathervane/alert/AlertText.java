package io.weathervane.alert;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An event of the audit as the JSON that receivers get. */
final class AlertText {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Longest text of an alert. */
    private static final int TEXT_LENGTH_MAX = 2_000;

    private static final Map<AuditKind, String> TITLES = Map.of(
            AuditKind.ROLLBACK_EXECUTED, "Automatic rollback executed",
            AuditKind.ROLLBACK_FAILED, "Rollback failed",
            AuditKind.ROLLBACK_INEFFECTIVE, "Rollback did not help",
            AuditKind.RELEASE_DEGRADED, "Release degraded",
            AuditKind.ESCALATION_TRIGGERED, "Escalation triggered",
            AuditKind.KILL_SWITCH_ACTIVATED, "Kill switch activated (DISABLE_NEW=1)",
            AuditKind.KILL_SWITCH_RESET, "Kill switch reset (DISABLE_NEW=0)",
            AuditKind.WORKER_EXITED, "Worker exited unexpectedly",
            AuditKind.APPROVAL_REQUESTED, "Approval asked for",
            AuditKind.STORE_DEGRADED, "Database unreadable: flags at safe defaults");

    /** Ends of a watch that leave it to people what to make of the release. */
    private static final Set<String> UNRESOLVED = Set.of("degraded", "inconclusive");

    private AlertText() {}

    /** The body, or empty when nobody is told of this kind of event. */
    static Optional<String> of(AuditEvent event, UnaryOperator<String> redact) {
        return title(event).map(title -> body(event, title, redact));
    }

    private static Optional<String> title(AuditEvent event) {
        if (event.kind() == AuditKind.MONITORING_STOPPED) {
            String outcome = event.payload().path("outcome").asString("");
            return UNRESOLVED.contains(outcome) ? Optional.of("Watch ended " + outcome) : Optional.empty();
        }
        return Optional.ofNullable(TITLES.get(event.kind()));
    }

    private static String body(AuditEvent event, String title, UnaryOperator<String> redact) {
        ObjectNode body = JSON.createObjectNode()
                .put("type", event.kind().wireName().replace('-', '_'))
                .put("severity", severity(event))
                .put("title", title)
                .put("text", redact.apply(text(event, title)))
                .put("at", event.at().toString())
                .put("seq", event.seq())
                .put("promotionId", event.promotionId().orElse(null))
                .put("actor", event.actor().name());
        body.set("details", redacted(event.payload(), redact));
        return JSON.writeValueAsString(body);
    }

    private static String severity(AuditEvent event) {
        return switch (event.kind()) {
            case KILL_SWITCH_RESET -> "info";
            case APPROVAL_REQUESTED, RELEASE_DEGRADED, MONITORING_STOPPED -> "warning";
            case WORKER_EXITED -> "active".equals(event.payload().path("role").asString("")) ? "critical" : "warning";
            default -> "critical";
        };
    }

    private static String text(AuditEvent event, String title) {
        String reason = event.payload().path("reason").asString("");
        String approval = event.payload().path("approval").asString("");
        String text = title
                + (approval.isBlank()
                        ? ""
                        : " (" + approval + ") to "
                                + event.payload().path("change").asString(""))
                + (reason.isBlank() ? "" : ": " + reason)
                + event.promotionId().map(id -> " (promotion " + id + ")").orElse("");
        return text.substring(0, Math.min(text.length(), TEXT_LENGTH_MAX));
    }

    /** The payload without secrets; when taking them out leaves no JSON, it goes as a text. */
    private static JsonNode redacted(ObjectNode payload, UnaryOperator<String> redact) {
        String clean = redact.apply(JSON.writeValueAsString(payload));
        try {
            return JSON.readTree(clean);
        } catch (JacksonException e) {
            return JSON.createObjectNode().put("text", clean);
        }
    }
}
