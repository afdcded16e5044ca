package io.weathervane.tool.builtin;

import io.weathervane.control.Explanation;
import io.weathervane.control.RollbackMonitor;
import io.weathervane.monitor.Condition;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailure;
import io.weathervane.tool.ToolResult;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_explain}: why a decision was taken, and what other thresholds would have made of the same checks. */
public final class DecisionExplainTool implements Tool {
    private final ToolDefinition definition;
    private final RollbackMonitor monitor;

    public DecisionExplainTool(ToolDefinition definition, RollbackMonitor monitor) {
        this.definition = definition;
        this.monitor = monitor;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        Arguments arguments = Arguments.of(call);
        long seq = arguments
                .wholeNumber("seq")
                .or(monitor::decisionToExplain)
                .orElseThrow(() -> new ToolFailure("There is no decision yet: decisions are made after a promotion "
                        + "(worker_promote), one with each health check."));
        Explanation explanation =
                monitor.explain(seq, overrides(arguments.json().path("thresholds")));
        return ToolResult.of(text(explanation), node(explanation));
    }

    private static Optional<PolicyOverrides> overrides(JsonNode thresholds) {
        if (!thresholds.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new PolicyOverrides(
                thresholds.has("errorRateThreshold")
                        ? OptionalDouble.of(thresholds.get("errorRateThreshold").asDouble())
                        : OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                integer(thresholds, "consecutiveFailures"),
                integer(thresholds, "checkWindow"),
                integer(thresholds, "failureCount"),
                thresholds.has("minRequests")
                        ? OptionalLong.of(thresholds.get("minRequests").asLong())
                        : OptionalLong.empty(),
                Optional.empty()));
    }

    private static OptionalInt integer(JsonNode thresholds, String name) {
        return thresholds.has(name) ? OptionalInt.of(thresholds.get(name).asInt()) : OptionalInt.empty();
    }

    private static ObjectNode node(Explanation explanation) {
        ObjectNode node = Json.object()
                .put("seq", explanation.seq())
                .put("at", Json.time(explanation.at()))
                .put("decision", explanation.decision())
                .put("reason", explanation.reason());
        Json.putOptional(node, "promotionId", explanation.promotionId());
        ArrayNode conditions = node.putArray("conditions");
        explanation.conditions().forEach(condition -> conditions.add(node(condition)));
        node.set("inputs", explanation.inputs());
        Json.putTexts(node, "wouldChange", explanation.wouldChange());
        explanation.replay().ifPresentOrElse(replay -> node.set("replay", node(replay)), () -> node.putNull("replay"));
        return node;
    }

    private static ObjectNode node(Condition condition) {
        return Json.object()
                .put("rule", condition.rule().wireName())
                .put("name", condition.name())
                .put("met", condition.holds())
                .put(
                        "value",
                        condition.value().isPresent() ? number(condition.value().getAsDouble(), condition) : "unknown")
                .put("limit", condition.comparison().sign() + " " + number(condition.limit(), condition));
    }

    private static String number(double value, Condition condition) {
        return switch (condition.unit()) {
            case COUNT -> String.format(Locale.ROOT, "%.0f", value);
            case RATE -> String.format(Locale.ROOT, "%.1f%%", 100 * value);
            case MEGABYTES -> String.format(Locale.ROOT, "%.0f MB", value);
            case EVIDENCE -> Condition.format(value, condition.unit());
        };
    }

    private static ObjectNode node(Explanation.Replay replay) {
        ObjectNode node = Json.object()
                .put("decision", replay.decision())
                .put("reason", replay.reason())
                .put("changed", replay.changed());
        ArrayNode checks = node.putArray("checks");
        replay.checks()
                .forEach(check -> checks.addObject()
                        .put("at", Json.time(check.at()))
                        .put("verdict", check.verdict())
                        .put("decision", check.decision())
                        .put("reason", check.reason()));
        return node;
    }

    private static String text(Explanation explanation) {
        StringBuilder text = new StringBuilder("Decision #" + explanation.seq() + ", " + Json.time(explanation.at())
                + ": " + explanation.decision() + ". " + explanation.reason() + ".");
        explanation
                .conditions()
                .forEach(condition -> text.append("\n")
                        .append(condition.holds() ? "holds:    " : "does not: ")
                        .append(condition.rule().wireName())
                        .append(": ")
                        .append(condition.text()));
        explanation
                .wouldChange()
                .forEach(change -> text.append("\nwould have changed it: ").append(change));
        explanation
                .replay()
                .ifPresent(replay -> text.append("\nUnder the other thresholds: ")
                        .append(replay.changed() ? "" : "the same, ")
                        .append(replay.decision())
                        .append(", ")
                        .append(replay.reason())
                        .append("."));
        return text.toString();
    }
}
