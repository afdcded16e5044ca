package io.weathervane.tool.builtin;

import io.weathervane.explanation.DecisionExplainer;
import io.weathervane.explanation.DecisionExplanation;
import io.weathervane.explanation.UnwrittenDecision;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.RuleCondition;
import io.weathervane.store.StoreException;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.tool.Tool;
import io.weathervane.tool.ToolCall;
import io.weathervane.tool.ToolDefinition;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolResult;
import io.weathervane.tool.presentation.FailureReportFields;
import io.weathervane.tool.presentation.InconclusiveCheckFolder;
import io.weathervane.tool.presentation.JsonFields;
import io.weathervane.util.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code decision_explain}: why a decision was taken, and what other thresholds would have made of the same checks. */
public final class DecisionExplainTool implements Tool {
    /** Decisions that wait to be written, of which so many are told. */
    private static final int UNWRITTEN_SHOWN_MAX = 10;

    /** Lists of checks among the inputs. */
    private static final List<String> CHECK_LISTS = List.of("checks", "earlierChecks");

    private final ToolDefinition definition;
    private final DecisionExplainer explainer;

    public DecisionExplainTool(SchemaCatalog schemas, DecisionExplainer explainer) {
        this.definition = schemas.definition("decision_explain");
        this.explainer = explainer;
    }

    @Override
    public ToolDefinition definition() {
        return definition;
    }

    @Override
    public ToolResult call(ToolCall call) {
        ToolArguments arguments = ToolArguments.of(call);
        // Before the database is asked: what is written in between is then told twice rather than not at all.
        List<UnwrittenDecision> unwritten = explainer.unwritten();
        DecisionExplanation explanation = explanation(arguments, unwritten);
        ObjectNode node = node(explanation);
        if (!unwritten.isEmpty()) {
            ArrayNode waiting = node.putArray("unwritten");
            newest(unwritten).forEach(run -> waiting.add(node(run)));
        }
        return ToolResult.of(describe(unwritten) + (unwritten.isEmpty() ? "" : "\n") + text(explanation), node);
    }

    private DecisionExplanation explanation(ToolArguments arguments, List<UnwrittenDecision> unwritten) {
        try {
            long seq = arguments
                    .wholeNumber("seq")
                    .or(explainer::newestWorthExplaining)
                    .orElseThrow(() ->
                            new ToolFailureException("There is no decision yet: decisions are made after a promotion "
                                    + "(worker_promote), one with each health check." + after(unwritten)));
            return explainer.explain(seq, overrides(arguments.json().path("thresholds")));
        } catch (StoreException e) {
            if (unwritten.isEmpty()) {
                throw e;
            }
            throw new ToolFailureException("The database does not answer: " + e.getMessage() + "." + after(unwritten));
        }
    }

    /** Oldest first; inconclusive ones in a row are one. */
    private static List<List<UnwrittenDecision>> newest(List<UnwrittenDecision> unwritten) {
        List<List<UnwrittenDecision>> runs = InconclusiveCheckFolder.of(unwritten, one -> !one.conclusive());
        return runs.subList(Math.max(0, runs.size() - UNWRITTEN_SHOWN_MAX), runs.size());
    }

    private static ObjectNode node(List<UnwrittenDecision> run) {
        UnwrittenDecision last = run.get(run.size() - 1);
        ObjectNode node = JsonFields.object()
                .put("at", JsonFields.time(last.at()))
                .put("decision", last.decision())
                .put("conclusive", last.conclusive())
                .put("reason", last.reason());
        return run.size() == 1
                ? node
                : node.put("count", run.size())
                        .put("from", JsonFields.time(run.get(0).at()))
                        .put("to", JsonFields.time(last.at()));
    }

    private static String text(List<UnwrittenDecision> run) {
        UnwrittenDecision last = run.get(run.size() - 1);
        String times = JsonFields.time(last.at());
        String what = last.decision() + (last.conclusive() ? "" : " (inconclusive)") + ". " + last.reason();
        return run.size() == 1
                ? times + ": " + what
                : run.size() + " decisions from " + JsonFields.time(run.get(0).at()) + " to " + times + ", the last: "
                        + what;
    }

    private static String after(List<UnwrittenDecision> unwritten) {
        return unwritten.isEmpty() ? "" : "\n" + describe(unwritten);
    }

    /** Newer than all that the database has: the chain's order is that of the happening. */
    private static String describe(List<UnwrittenDecision> unwritten) {
        if (unwritten.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("Newer decisions are not in the database yet, and can be explained once"
                + " they are: " + unwritten.size() + ", the newest last:");
        newest(unwritten).forEach(run -> text.append("\n- ").append(SafeText.line(text(run))));
        return text.toString();
    }

    private static Optional<PolicyOverrides> overrides(JsonNode thresholds) {
        if (!thresholds.isObject()) {
            return Optional.empty();
        }
        PolicyOverrides overrides = PolicyOverrides.none();
        for (PolicyKey key : PolicyKey.values()) {
            if (thresholds.has(key.configName())) {
                overrides = overrides.with(key, thresholds.get(key.configName()).asDouble());
            }
        }
        return Optional.of(overrides);
    }

    private static ObjectNode node(DecisionExplanation explanation) {
        ObjectNode node = JsonFields.object()
                .put("seq", explanation.recorded().seq())
                .put("at", JsonFields.time(explanation.recorded().at()))
                .setAll(node(explanation.recorded().decision()));
        JsonFields.putOptional(node, "promotionId", explanation.recorded().promotionId());
        ArrayNode conditions = node.putArray("conditions");
        explanation.recorded().decision().conditions().forEach(condition -> conditions.add(node(condition)));
        node.set("inputs", inputs(explanation.recorded().inputs()));
        JsonFields.putTexts(node, "wouldChange", explanation.wouldChange());
        explanation.replay().ifPresentOrElse(replay -> node.set("replay", node(replay)), () -> node.putNull("replay"));
        explanation
                .failures()
                .ifPresentOrElse(
                        failures -> node.set("failures", FailureReportFields.json(failures)),
                        () -> node.putNull("failures"));
        return node;
    }

    private static ObjectNode inputs(ObjectNode stored) {
        ObjectNode inputs = stored.deepCopy();
        for (String list : CHECK_LISTS) {
            if (stored.path(list).isArray()) {
                inputs.set(list, InconclusiveCheckFolder.folded(stored.path(list)));
            }
        }
        return inputs;
    }

    private static ObjectNode node(Decision decision) {
        return JsonFields.object()
                .put("decision", decision.action().wireName())
                .put("conclusive", decision.conclusive())
                .put("reason", decision.reason());
    }

    private static ObjectNode node(RuleCondition condition) {
        return JsonFields.object()
                .put("rule", condition.rule().wireName())
                .put("name", condition.name())
                .put("met", condition.holds())
                .put(
                        "value",
                        condition.value().isPresent() ? number(condition.value().getAsDouble(), condition) : "unknown")
                .put("limit", condition.comparison().sign() + " " + number(condition.limit(), condition));
    }

    private static String number(double value, RuleCondition condition) {
        return switch (condition.unit()) {
            case COUNT -> String.format(Locale.ROOT, "%.0f", value);
            case RATE -> String.format(Locale.ROOT, "%.1f%%", 100 * value);
            case MEGABYTES -> String.format(Locale.ROOT, "%.0f MB", value);
            case EVIDENCE, NUMBER -> RuleCondition.format(value, condition.unit());
        };
    }

    private static ObjectNode node(DecisionExplanation.Replay replay) {
        ObjectNode node = node(replay.decision()).put("changed", replay.changed());
        ArrayNode checks = node.arrayNode();
        for (DecisionExplanation.ReplayedCheck check : replay.checks()) {
            ObjectNode one =
                    checks.addObject().put("at", JsonFields.time(check.at())).put("verdict", check.verdict());
            one.setAll(node(check.decision()));
        }
        node.set("checks", InconclusiveCheckFolder.folded(checks));
        return node;
    }

    private static String text(DecisionExplanation explanation) {
        StringBuilder text =
                new StringBuilder("Decision #" + explanation.recorded().seq() + ", "
                        + JsonFields.time(explanation.recorded().at())
                        + ": " + explanation.recorded().decision().word() + ". "
                        + explanation.recorded().decision().reason() + ".");
        explanation
                .recorded()
                .decision()
                .conditions()
                .forEach(condition -> text.append("\n")
                        .append(condition.holds() ? "holds:    " : "does not: ")
                        .append(condition.rule().wireName())
                        .append(": ")
                        .append(condition.text()));
        JsonNode compared = explanation.recorded().inputs().path("comparedWith");
        if (compared.isString()) {
            text.append("\n").append(SafeText.line(compared.asString()));
        }
        explanation
                .wouldChange()
                .forEach(change -> text.append("\nwould have changed it: ").append(change));
        explanation
                .replay()
                .ifPresent(replay -> text.append("\nUnder the other thresholds: ")
                        .append(replay.changed() ? "" : "the same, ")
                        .append(replay.decision().word())
                        .append(", ")
                        .append(replay.decision().reason())
                        .append("."));
        explanation.failures().map(FailureReportFields::text).ifPresent(text::append);
        return text.toString();
    }
}
