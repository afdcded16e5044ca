package io.weathervane.watch;

import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.RuleKind;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.monitor.SignalReading;
import io.weathervane.monitor.SignalReading.Origin;
import io.weathervane.monitor.SignalValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the signals of a check as JSON, and reads them. Unknown is null. */
public final class SignalJson {
    private SignalJson() {}

    public static ArrayNode readings(List<SignalReading> readings) {
        ArrayNode array = MonitorJson.MAPPER.createArrayNode();
        readings.forEach(reading -> array.add(reading(reading)));
        return array;
    }

    private static ObjectNode reading(SignalReading reading) {
        SignalValue value = reading.value();
        ObjectNode node = MonitorJson.object()
                .put("name", reading.name())
                .put("source", reading.origin().wireName())
                .put("state", value.state().name().toLowerCase(Locale.ROOT));
        if (value.number().isPresent()) {
            node.put("value", value.number().getAsDouble());
        } else {
            node.putNull("value");
        }
        node.put("at", value.at().toString())
                .put("sequence", value.sequence())
                .put("detail", value.detail())
                .put("bad", reading.isBad())
                .put("rollbackRun", reading.rollbackRun())
                .put("escalateRun", reading.escalateRun());
        ArrayNode limits = node.putArray("limits");
        reading.limits()
                .forEach(limit -> limits.addObject()
                        .put("action", limit.action().wireName())
                        .put("comparison", limit.comparison().sign())
                        .put("limit", limit.limit()));
        return node;
    }

    static List<SignalReading> readReadings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(SignalJson::readReading)
                .toList();
    }

    private static SignalReading readReading(JsonNode node) {
        return new SignalReading(
                node.path("name").asString(),
                Origin.valueOf(MonitorJson.constant(node.path("source"))),
                StreamSupport.stream(node.path("limits").spliterator(), false)
                        .map(SignalJson::readLimit)
                        .toList(),
                new SignalValue(
                        SignalValue.State.valueOf(MonitorJson.constant(node.path("state"))),
                        MonitorJson.optionalDouble(node.path("value")),
                        Instant.parse(node.path("at").asString()),
                        node.path("sequence").asLong(),
                        node.path("detail").asString()),
                node.path("rollbackRun").asInt(),
                node.path("escalateRun").asInt());
    }

    private static SignalLimit readLimit(JsonNode node) {
        return new SignalLimit(
                DecisionAction.valueOf(MonitorJson.constant(node.path("action"))),
                Comparison.of(node.path("comparison").asString()),
                node.path("limit").asDouble());
    }

    /** The rule of a condition; those of signals have one name, and their action beside it. */
    static RuleKind readRule(JsonNode condition) {
        RuleKind named = RuleKind.valueOf(MonitorJson.constant(condition.path("rule")));
        return named.isSignal()
                ? RuleKind.ofSignal(DecisionAction.valueOf(MonitorJson.constant(condition.path("action"))))
                : named;
    }
}
