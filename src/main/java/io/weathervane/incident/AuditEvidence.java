package io.weathervane.incident;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditPage;
import io.weathervane.audit.AuditQuery;
import io.weathervane.audit.DeferredAuditEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The audit of the time that is looked at, oldest first. */
final class AuditEvidence {
    /** Most events of a bundle, the newest ones. */
    static final int EVENTS_MAX = 5_000;

    /** In the place of a number: the event has no place in the audit yet. */
    private static final long UNWRITTEN = 0;

    /** What an incident begins with. */
    private static final Set<AuditKind> TRIGGERS = Set.of(
            AuditKind.ROLLBACK_EXECUTED,
            AuditKind.ROLLBACK_FAILED,
            AuditKind.ESCALATION_TRIGGERED,
            AuditKind.KILL_SWITCH_ACTIVATED);

    /** Decisions to act. */
    static final List<String> ACTING = List.of("rollback", "escalate");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final List<AuditEvent> events;
    private final boolean cut;

    private AuditEvidence(List<AuditEvent> events, boolean cut) {
        this.events = List.copyOf(events);
        this.cut = cut;
    }

    /** From that moment on; what is stamped later than now is from before the clock was set back. */
    static AuditEvidence read(AuditLog audit, Instant from) {
        AuditQuery query = AuditQuery.newest(AuditQuery.LIMIT_MAX).since(from);
        List<AuditEvent> events = new ArrayList<>();
        AuditPage page = audit.query(query);
        events.addAll(page.events());
        while (page.nextCursor().isPresent() && events.size() < EVENTS_MAX) {
            page = audit.query(query.after(page.nextCursor().orElseThrow()));
            events.addAll(page.events());
        }
        Collections.reverse(events);
        return new AuditEvidence(events, page.nextCursor().isPresent());
    }

    /** And after it what is not in the audit yet, without a place in it. */
    AuditEvidence with(List<DeferredAuditEntry> unwritten) {
        List<AuditEvent> all = new ArrayList<>(events);
        unwritten.forEach(deferred -> all.add(new AuditEvent(UNWRITTEN, deferred.at(), deferred.event(), "", "")));
        return new AuditEvidence(all, cut);
    }

    static boolean isWritten(AuditEvent event) {
        return event.seq() != UNWRITTEN;
    }

    long unwritten() {
        return events.stream().filter(event -> !isWritten(event)).count();
    }

    /** Whether an incident begins with such an event. */
    static boolean isTrigger(String kind) {
        return AuditKind.of(kind).filter(TRIGGERS::contains).isPresent();
    }

    /** When the audit cannot be read. */
    static AuditEvidence none() {
        return new AuditEvidence(List.of(), false);
    }

    boolean cut() {
        return cut;
    }

    int size() {
        return events.size();
    }

    /** The newest of what an incident begins with. */
    Optional<AuditEvent> trigger() {
        return events.stream().filter(event -> TRIGGERS.contains(event.kind())).reduce((first, second) -> second);
    }

    String lines() {
        StringBuilder lines = new StringBuilder();
        events.forEach(
                event -> lines.append(JSON.writeValueAsString(json(event))).append('\n'));
        return lines.toString();
    }

    /** The decisions with their checks, those from before the trigger marked. */
    ObjectNode checks(JsonNode monitor) {
        Optional<AuditEvent> trigger = trigger();
        ObjectNode checks = JSON.createObjectNode();
        checks.set("trigger", trigger.<JsonNode>map(AuditEvidence::json).orElseGet(JSON.getNodeFactory()::nullNode));
        ArrayNode decisions = checks.putArray("decisions");
        int begin = trigger.map(events::indexOf).orElse(events.size());
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).kind() == AuditKind.DECISION) {
                decisions.add(decision(events.get(i), i < begin));
            }
        }
        checks.set("monitor", monitor);
        return checks;
    }

    /** What calls failed with: now, and when the newest action was decided on. */
    ObjectNode failures(JsonNode now) {
        ObjectNode failures = JSON.createObjectNode();
        failures.set("now", now);
        List<AuditEvent> recorded = events.stream()
                .filter(event -> event.kind() == AuditKind.DECISION
                        && event.payload().path("failures").isObject())
                .toList();
        recorded.stream()
                .filter(event -> ACTING.contains(event.decision().orElse("")))
                .reduce((first, second) -> second)
                .or(() -> recorded.stream().reduce((first, second) -> second))
                .ifPresentOrElse(
                        event -> failures.set("decision", failures(event)), () -> failures.putNull("decision"));
        return failures;
    }

    private static ObjectNode failures(AuditEvent event) {
        ObjectNode decision = JSON.createObjectNode()
                .put("seq", isWritten(event) ? event.seq() : null)
                .put("at", event.at().toString())
                .put("decision", event.decision().orElse(null))
                .put("reason", event.payload().path("reason").asString(""));
        decision.set("failures", event.payload().path("failures"));
        return decision;
    }

    private static ObjectNode decision(AuditEvent event, boolean beforeTrigger) {
        ObjectNode decision = JSON.createObjectNode()
                .put("seq", isWritten(event) ? event.seq() : null)
                .put("at", event.at().toString())
                .put("promotionId", event.promotionId().orElse(null))
                .put("decision", event.decision().orElse(null))
                .put("beforeTrigger", beforeTrigger);
        decision.set("details", event.payload());
        return decision;
    }

    private static ObjectNode json(AuditEvent event) {
        ObjectNode json = JSON.createObjectNode()
                .put("seq", isWritten(event) ? event.seq() : null)
                .put("at", event.at().toString())
                .put("kind", event.kind().wireName())
                .put("actor", event.actor().name())
                .put("promotionId", event.promotionId().orElse(null))
                .put("decision", event.decision().orElse(null));
        json.set("payload", event.payload());
        if (!isWritten(event)) {
            return json.put("written", false);
        }
        return json.put("previousHash", event.previousHash()).put("hash", event.hash());
    }
}
