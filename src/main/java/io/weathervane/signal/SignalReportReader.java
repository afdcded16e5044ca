package io.weathervane.signal;

import io.weathervane.monitor.SignalValue.State;
import io.weathervane.util.SafeText;
import io.weathervane.util.Sha256;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what was posted: our own form {@code {status, value, reason}}, or the webhook of Alertmanager. */
final class SignalReportReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Set<String> OWN_KEYS = Set.of("status", "value", "reason");
    private static final String ALERTMANAGER_VERSION = "4";
    private static final int SHOWN_LENGTH_MAX = 40;

    private static final String FORMS = "send {\"status\": \"firing\" or \"resolved\", \"value\": a number, \"reason\":"
            + " a text} (a status, a value or both), or the webhook of Alertmanager";

    private SignalReportReader() {}

    /** @throws SignalRefusedException saying what is wrong and what is allowed */
    static PostedSignalReport read(byte[] body) {
        JsonNode message = tree(body);
        if (!message.isObject()) {
            throw new SignalRefusedException("the body is not a JSON object: " + FORMS);
        }
        return message.has("alerts") ? alertmanager(message) : own(message);
    }

    private static JsonNode tree(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw new SignalRefusedException("the body is not JSON: " + FORMS, e);
        }
    }

    private static PostedSignalReport own(JsonNode message) {
        for (String key : message.propertyNames()) {
            if (!OWN_KEYS.contains(key)) {
                throw new SignalRefusedException("the key " + shown(key) + " is not known: " + FORMS);
            }
        }
        JsonNode reason = message.path("reason");
        if (!reason.isMissingNode() && !reason.isNull() && !reason.isString()) {
            throw new SignalRefusedException("the reason is not a text: " + FORMS);
        }
        OptionalDouble value = value(message.path("value"));
        State state = message.has("status") ? state(message.path("status")) : State.MEASURED;
        if (state == State.MEASURED && value.isEmpty()) {
            throw new SignalRefusedException("there is neither a status nor a value: " + FORMS);
        }
        OptionalDouble number = state == State.QUIET ? OptionalDouble.empty() : OptionalDouble.of(value.orElse(1));
        return new PostedSignalReport(
                PostedSignalReport.OWN, state, number, SignalTextSanitizer.clean(reason.asString("")));
    }

    private static OptionalDouble value(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new SignalRefusedException("the value is not a finite number: " + FORMS);
        }
        return OptionalDouble.of(value.doubleValue());
    }

    private static State state(JsonNode status) {
        return switch (status.asString("")) {
            case "firing" -> State.FIRING;
            case "resolved" -> State.QUIET;
            default ->
                throw new SignalRefusedException("the status must be firing or resolved, was "
                        + shown(status.isString() ? status.stringValue() : status.toString()));
        };
    }

    private static PostedSignalReport alertmanager(JsonNode message) {
        String version = message.path("version").asString(ALERTMANAGER_VERSION);
        if (!version.equals(ALERTMANAGER_VERSION)) {
            throw new SignalRefusedException(
                    "version 4 of Alertmanager's webhook is understood, this has version " + shown(version));
        }
        if (!message.path("alerts").isArray()) {
            throw new SignalRefusedException("alerts is not a list, as it is in Alertmanager's webhook");
        }
        State state = state(message.path("status"));
        List<JsonNode> firing = StreamSupport.stream(message.path("alerts").spliterator(), false)
                .filter(alert -> alert.path("status").asString("").equals("firing"))
                .toList();
        // Its group's key may be long, and holds labels of others.
        String group = "alertmanager " + Sha256.of(message.path("groupKey").asString(""));
        if (state == State.QUIET) {
            return new PostedSignalReport(group, state, OptionalDouble.empty(), "");
        }
        double count = Math.max(
                1, firing.size() + (double) message.path("truncatedAlerts").asLong(0));
        return new PostedSignalReport(group, state, OptionalDouble.of(count), reason(message, firing));
    }

    /** The alert's name and what it says of itself. */
    private static String reason(JsonNode message, List<JsonNode> firing) {
        JsonNode first = firing.isEmpty() ? message.path("nothing") : firing.get(0);
        String name = firstOf(message.path("commonLabels"), first.path("labels"), "alertname");
        String says = Stream.of("summary", "description", "message")
                .map(key -> firstOf(message.path("commonAnnotations"), first.path("annotations"), key))
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElse("");
        String more = firing.size() > 1 ? " (" + firing.size() + " alerts)" : "";
        return SignalTextSanitizer.clean(name + more + (says.isEmpty() || name.isEmpty() ? "" : ": ") + says);
    }

    private static String firstOf(JsonNode common, JsonNode own, String key) {
        return common.path(key).asString(own.path(key).asString(""));
    }

    private static String shown(String text) {
        return SafeText.quoted(SafeText.cut(text, SHOWN_LENGTH_MAX));
    }
}
