package io.weathervane.alert;

import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.failure.FailureReportJson;
import io.weathervane.failure.FailureReportText;
import io.weathervane.util.SafeText;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An event of the audit, or one on its way there, as the JSON that receivers get. */
final class AlertFactory {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Longest text of an alert. */
    private static final int TEXT_LENGTH_MAX = 2_000;

    private static final Map<AuditKind, String> TITLES = Map.ofEntries(
            Map.entry(AuditKind.ROLLBACK_EXECUTED, "Automatic rollback executed"),
            Map.entry(AuditKind.ROLLBACK_FAILED, "Rollback failed"),
            Map.entry(AuditKind.ROLLBACK_INEFFECTIVE, "Rollback did not help"),
            Map.entry(AuditKind.RELEASE_DEGRADED, "Release degraded"),
            Map.entry(AuditKind.ESCALATION_TRIGGERED, "Escalation triggered"),
            Map.entry(AuditKind.KILL_SWITCH_ACTIVATED, "Kill switch activated (DISABLE_NEW=1)"),
            Map.entry(AuditKind.KILL_SWITCH_RESET, "Kill switch reset (DISABLE_NEW=0)"),
            Map.entry(AuditKind.WORKER_EXITED, "Worker exited unexpectedly"),
            Map.entry(AuditKind.APPROVAL_REQUESTED, "Approval asked for"),
            Map.entry(AuditKind.STORE_DEGRADED, "Database unreadable: flags at safe defaults"),
            Map.entry(AuditKind.STATE_LOST, "State was lost"));

    /** Ends of a watch that leave it to people what to make of the release, with what they can do. */
    private static final Map<String, String> UNRESOLVED = Map.of(
            "degraded",
            "The release stays active. See decision_explain; go back with worker_rollback, or keep it knowingly.",
            "inconclusive",
            "The release stays active, and nothing shows that it is well. Call it and see worker_status, or go back"
                    + " with worker_rollback.");

    private final String server;
    private final UnaryOperator<String> redact;

    /** @param server the part of ids that is this server's own */
    AlertFactory(String server, UnaryOperator<String> redact) {
        this.server = server;
        this.redact = redact;
    }

    /**
     * The alert, or empty when no alert is sent for this kind of event.
     *
     * @param seq its place in the audit; empty when it is not there yet
     */
    Optional<Alert> of(NewAuditEvent event, Instant at, Optional<Long> seq) {
        return title(event).map(title -> {
            String id = AlertIdFactory.of(server, event, at, redact);
            String severity = severity(event);
            return new Alert(id, at, severity.equals("critical"), body(event, at, seq, id, severity, title));
        });
    }

    private String body(NewAuditEvent event, Instant at, Optional<Long> seq, String id, String severity, String title) {
        ObjectNode body = JSON.createObjectNode()
                .put("type", event.kind().wireName().replace('-', '_'))
                .put("severity", severity)
                .put("title", title)
                .put("text", redact.apply(text(event, title)))
                .put("at", at.toString())
                .put("id", id)
                .put("seq", seq.orElse(null))
                .put("promotionId", event.promotionId().orElse(null))
                .put("actor", event.actor().name());
        if (seq.isEmpty()) {
            body.put("direct", true);
        }
        body.set("details", redacted(event.payload()));
        return SafeText.json(JSON.writeValueAsString(body));
    }

    private static Optional<String> title(NewAuditEvent event) {
        String actor = event.actor().name();
        if (isByHand(event) && event.kind() == AuditKind.ROLLBACK_EXECUTED) {
            return Optional.of("Rolled back by " + actor);
        }
        if (isByHand(event) && event.kind() == AuditKind.ROLLBACK_FAILED) {
            return Optional.of("Rollback by " + actor + " failed");
        }
        if (event.kind() == AuditKind.MONITORING_STOPPED) {
            String outcome = event.payload().path("outcome").asString("");
            return UNRESOLVED.containsKey(outcome) ? Optional.of("Watch ended " + outcome) : Optional.empty();
        }
        boolean ofEscalation = event.payload().path("reason").asString("").startsWith("the escalation");
        if (ofEscalation && event.kind() == AuditKind.ROLLBACK_INEFFECTIVE) {
            return Optional.of("Escalation did not help");
        }
        boolean unwritable = event.payload().path("readable").asBoolean(false);
        if (unwritable && event.kind() == AuditKind.STORE_DEGRADED) {
            return Optional.of("Database cannot be written");
        }
        if (event.kind() == AuditKind.CONTRACT_DRIFT) {
            return event.payload().path("tools").isEmpty() ? Optional.empty() : Optional.of("Contract broken");
        }
        return Optional.ofNullable(TITLES.get(event.kind()));
    }

    private static boolean isByHand(NewAuditEvent event) {
        return event.payload().path("manual").asBoolean(false)
                || !event.payload().path("automatic").asBoolean(true);
    }

    private static String severity(NewAuditEvent event) {
        return switch (event.kind()) {
            case KILL_SWITCH_RESET -> "info";
            // A rollback that would not have helped is no less urgent than one that was done.
            case RELEASE_DEGRADED -> event.payload().path("rollbackVetoed").asBoolean(false) ? "critical" : "warning";
            case APPROVAL_REQUESTED, MONITORING_STOPPED -> "warning";
            case CONTRACT_DRIFT ->
                event.payload().path("onDrift").asString("").equals("alert") ? "warning" : "critical";
            case ROLLBACK_EXECUTED -> isByHand(event) ? "warning" : "critical";
            case WORKER_EXITED -> "active".equals(event.payload().path("role").asString("")) ? "critical" : "warning";
            default -> "critical";
        };
    }

    private static String text(NewAuditEvent event, String title) {
        String reason =
                withoutTitle(event.kind(), event.payload().path("reason").asString(""));
        String approval = event.payload().path("approval").asString("");
        String text = title
                + event.service().map(name -> " of service " + name).orElse("")
                + (approval.isBlank()
                        ? ""
                        : " (" + approval + ") to "
                                + event.payload().path("change").asString(""))
                + (reason.isBlank() ? "" : ": " + reason)
                + event.promotionId().map(id -> " (promotion " + id + ")").orElse("")
                + whatFailed(event).map(line -> "; " + line).orElse("")
                + whatToDo(event).map(line -> ". " + line).orElse("");
        return SafeText.cut(text, TEXT_LENGTH_MAX);
    }

    /** A reason that begins with what the title says already goes on after it. */
    private static String withoutTitle(AuditKind kind, String reason) {
        return switch (kind) {
            case ESCALATION_TRIGGERED -> after("Escalation: ", reason);
            case ROLLBACK_INEFFECTIVE ->
                after("the rollback did not help: ", after("the escalation did not help: ", reason));
            default -> reason;
        };
    }

    private static String after(String beginning, String reason) {
        return reason.startsWith(beginning) ? reason.substring(beginning.length()) : reason;
    }

    private static Optional<String> whatToDo(NewAuditEvent event) {
        return event.kind() == AuditKind.MONITORING_STOPPED
                ? Optional.ofNullable(
                        UNRESOLVED.get(event.payload().path("outcome").asString("")))
                : Optional.empty();
    }

    private static Optional<String> whatFailed(NewAuditEvent event) {
        return FailureReportJson.read(event.payload().path("failures"))
                .flatMap(report -> FailureReportText.headline(
                        report, event.payload().path("worker").asString("")));
    }

    /** The payload without secrets; when taking them out leaves no JSON, it goes as a text. */
    private JsonNode redacted(ObjectNode payload) {
        String clean = redact.apply(JSON.writeValueAsString(payload));
        try {
            return JSON.readTree(clean);
        } catch (JacksonException e) {
            return JSON.createObjectNode().put("text", clean);
        }
    }
}
