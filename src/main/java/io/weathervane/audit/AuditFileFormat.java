package io.weathervane.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files the chain is projected to, and the line each gives an event. An event always gives the same
 * line: restarting and verifying compare lines, not memories.
 */
enum AuditFileFormat {
    /** Every decision (runbook part 7). */
    ROLLBACK_AUDIT("rollback_audit.jsonl", EnumSet.of(AuditKind.DECISION)) {
        @Override
        String render(AuditEvent event) {
            ObjectNode line = stamped(event);
            putNullable(line, "decision", event.decision());
            line.set("reason", payloadField(event, "reason"));
            line.set("errorRate", payloadField(event, "errorRate"));
            line.set("failureCount", payloadField(event, "failureCount"));
            line.set("evidence", payloadField(event, "evidence"));
            line.set("actions", payloadField(event, "actions"));
            putOrigin(line, event);
            return AuditPayloadJson.shown(line);
        }

        @Override
        boolean damagedMayEngage(String line) {
            return saidIn(DECISION, line).map(DRASTIC::contains).orElse(true);
        }
    },

    /** The kill switch, in the runbook's own words (part 7). */
    KILL_SWITCH("kill_switch_audit.log", EnumSet.of(AuditKind.KILL_SWITCH_ACTIVATED, AuditKind.KILL_SWITCH_RESET)) {
        @Override
        String render(AuditEvent event) {
            String word = event.kind() == AuditKind.KILL_SWITCH_ACTIVATED ? "ACTIVATED" : "RESET";
            StringBuilder line = new StringBuilder()
                    .append(AuditValueFormatter.seconds(event.at()))
                    .append(' ')
                    .append(word);
            quoted(line, "reason", payloadField(event, "reason").asString(""));
            quoted(line, "actor", event.actor().name());
            String approver = payloadField(event, "approver").asString("");
            if (!approver.isEmpty()) {
                quoted(line, "approver", approver);
            }
            if (payloadField(event, "forced").asBoolean(false)) {
                quoted(line, "forced", "true");
            }
            return line.toString();
        }

        @Override
        boolean claimsToBeOurs(String line) {
            return KILL_SWITCH_LINE.matcher(line).find();
        }

        @Override
        Optional<ParsedAuditLine> origin(String line) {
            Matcher ours = KILL_SWITCH_LINE.matcher(line);
            return ours.find()
                    ? time(ours.group(1)).map(at -> new ParsedAuditLine(0, at, Duration.ofSeconds(1), ours.group(2)))
                    : Optional.empty();
        }

        @Override
        boolean isDamaged(String line) {
            Matcher whole = KILL_SWITCH_LINE.matcher(line);
            return line.indexOf('\0') >= 0
                    || (!line.isBlank()
                            && !whole.find()
                            && (whole.hitEnd() || KILL_SWITCH_WORD.matcher(line).find()));
        }
    },

    /** What the telemetry exporter captures (runbook part 3). */
    TELEMETRY(
            "telemetry.jsonl",
            EnumSet.of(
                    AuditKind.ROLLBACK_EXECUTED,
                    AuditKind.ROLLBACK_FAILED,
                    AuditKind.ESCALATION_TRIGGERED,
                    AuditKind.KILL_SWITCH_ACTIVATED,
                    AuditKind.KILL_SWITCH_RESET,
                    AuditKind.WORKER_EXITED,
                    AuditKind.WORKER_SWITCHED,
                    AuditKind.MONITORING_STARTED,
                    AuditKind.MONITORING_STOPPED,
                    AuditKind.STATE_LOST,
                    AuditKind.STORE_DEGRADED,
                    AuditKind.STORE_RECOVERED)) {
        @Override
        String render(AuditEvent event) {
            ObjectNode line = stamped(event);
            line.put("type", event.kind().wireName().replace('-', '_').toLowerCase(Locale.ROOT));
            putOrigin(line, event);
            line.set("details", event.payload());
            return AuditPayloadJson.shown(line);
        }

        @Override
        Optional<ParsedAuditLine> origin(String line) {
            Matcher torn = TELEMETRY_BEGINNING.matcher(line);
            return super.origin(line)
                    .or(() -> torn.find()
                            ? Optional.of(new ParsedAuditLine(
                                    Long.parseLong(torn.group(3)),
                                    Instant.ofEpochMilli(Long.parseLong(torn.group(1))),
                                    Duration.ofMillis(1),
                                    torn.group(2)))
                            : Optional.empty());
        }

        @Override
        boolean damagedMayEngage(String line) {
            return saidIn(TYPE, line).map("kill_switch_activated"::equals).orElse(true);
        }
    };

    private static final Pattern KILL_SWITCH_LINE =
            Pattern.compile("^(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z) (ACTIVATED|RESET) reason=\"");

    /** A line that says the same in another way, or was damaged after its word. */
    private static final Pattern KILL_SWITCH_WORD =
            Pattern.compile("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z ACTIVATED");

    private static final String JSON_BEGINNING = "{\"timestamp\":\"";

    /** How far a torn line of telemetry has to go to name its event. */
    private static final Pattern TELEMETRY_BEGINNING = Pattern.compile(
            "^\\{\"timestamp\":\"[^\"]{1,40}\",\"timestampMs\":(\\d{1,15}),\"type\":\"(\\w{1,60})\",\"seq\":(\\d{1,18}),");

    private static final Pattern TYPE = Pattern.compile("\"type\":\"(\\w{1,60})\"");
    private static final Pattern DECISION = Pattern.compile("\"decision\":(?:\"(\\w{1,60})\"|null)");

    /** Decisions that end with the kill switch. */
    static final Set<String> DRASTIC = Set.of("rollback", "escalate");

    /** What a line of the kill switch says when it was turned on. */
    static final String ACTIVATED = "ACTIVATED";

    private final String fileName;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.copyOf
    private final Set<AuditKind> kinds;

    AuditFileFormat(String fileName, Set<AuditKind> kinds) {
        this.fileName = fileName;
        this.kinds = Set.copyOf(kinds);
    }

    String fileName() {
        return fileName;
    }

    /** The event's line without its end; empty when this file does not show such events. */
    Optional<String> line(AuditEvent event) {
        return kinds.contains(event.kind()) ? Optional.of(render(event)) : Optional.empty();
    }

    abstract String render(AuditEvent event);

    /** Whether the line looks as if we had written it; if we did not, it is a forgery or a damaged one. */
    boolean claimsToBeOurs(String line) {
        try {
            return AuditPayloadJson.MAPPER.readTree(line).path("seq").isNumber();
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Whether a line whose event cannot be read is, as far as it goes, one of ours: torn while it was written, or damaged since. */
    boolean isDamaged(String line) {
        if (line.indexOf('\0') >= 0) {
            return true;
        }
        boolean begun = line.startsWith(JSON_BEGINNING) || (!line.isBlank() && JSON_BEGINNING.startsWith(line));
        return begun && !isJson(line);
    }

    /** Whether a damaged line may have said that the kill switch was turned on. */
    boolean damagedMayEngage(String line) {
        return true;
    }

    private static boolean isJson(String line) {
        try {
            return AuditPayloadJson.MAPPER.readTree(line).isObject();
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Empty where the line does not get that far. */
    private static Optional<String> saidIn(Pattern field, String line) {
        Matcher found = field.matcher(line);
        return found.find() ? Optional.of(Optional.ofNullable(found.group(1)).orElse("")) : Optional.empty();
    }

    /** Which event a line of ours is for; empty for a line of an operator, a torn one, or another program's. */
    Optional<ParsedAuditLine> origin(String line) {
        try {
            JsonNode json = AuditPayloadJson.MAPPER.readTree(line);
            JsonNode seq = json.path("seq");
            JsonNode at = json.path("timestampMs");
            return seq.canConvertToLong() && seq.isIntegralNumber() && at.canConvertToLong() && at.isIntegralNumber()
                    ? Optional.of(new ParsedAuditLine(
                            seq.longValue(),
                            Instant.ofEpochMilli(at.longValue()),
                            Duration.ofMillis(1),
                            json.path("type").asString(json.path("decision").asString("an event"))))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static ObjectNode stamped(AuditEvent event) {
        return AuditPayloadJson.MAPPER
                .createObjectNode()
                .put("timestamp", AuditValueFormatter.seconds(event.at()))
                .put("timestampMs", event.at().toEpochMilli());
    }

    private static void putOrigin(ObjectNode line, AuditEvent event) {
        line.put("seq", event.seq());
        putNullable(line, "promotionId", event.promotionId());
        line.put("actor", event.actor().name());
        JsonNode service = event.payload().path(NewAuditEvent.SERVICE);
        if (service.isString()) {
            line.set(NewAuditEvent.SERVICE, service);
        }
    }

    private static void putNullable(ObjectNode line, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> line.put(name, text), () -> line.putNull(name));
    }

    private static JsonNode payloadField(AuditEvent event, String name) {
        JsonNode value = event.payload().get(name);
        return value == null ? AuditPayloadJson.MAPPER.getNodeFactory().nullNode() : value;
    }

    private static void quoted(StringBuilder line, String name, String value) {
        line.append(' ')
                .append(name)
                .append("=\"")
                .append(AuditValueFormatter.escaped(value))
                .append('"');
    }
}
