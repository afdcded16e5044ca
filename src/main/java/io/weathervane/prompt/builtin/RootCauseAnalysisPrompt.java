package io.weathervane.prompt.builtin;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.prompt.Prompt;
import io.weathervane.prompt.PromptCall;
import io.weathervane.prompt.PromptDefinition;
import io.weathervane.prompt.PromptResult;
import io.weathervane.tool.Caller;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code root_cause_analysis}: the runbook's part 3, step 4. */
final class RootCauseAnalysisPrompt implements Prompt {
    private static final PromptDefinition DEFINITION = new PromptDefinition(
            "root_cause_analysis",
            "Find the root cause",
            "Why did it happen? The decision with its inputs, what came before it, the evidence, the common causes.",
            List.of(SharedPromptArguments.INCIDENT, SharedPromptArguments.PROMOTION));

    private static final List<String> STEPS = List.of(
            "Order the events: the promotion, the first check that was not clean, the decision, what was done. What"
                    + " changed just before the first sign? Flags count (mcp_admin_flags history), not releases alone.",
            "Find the first error after the promotion, not the loudest: errors.txt and log_tail.txt of the evidence."
                    + " Without evidence, call evidence_collect with minutes from before the promotion.",
            "Hold each common cause against the facts: memory and open files over the checks (checks.json), probe"
                    + " failures, one tool or all of them, new kinds of errors or old ones (failures.json), missing"
                    + " modules, errors of the database.",
            "Ask decision_explain with other thresholds whether the limits or the worker were the cause.",
            "Write: the likeliest cause with the lines that show it (file and line, or audit seq), what speaks against"
                    + " it, how sure you are, what would settle it, and a fix to be verified in staging.");

    private static final String CANARY = "A canary (worker_start_canary) may show whether the fix holds, without taking"
            + " calls; promoting it is a person's decision.";

    private static final List<String> WITH_CANARY =
            Stream.concat(STEPS.stream(), Stream.of(CANARY)).toList();

    private final PromptFacts facts;

    RootCauseAnalysisPrompt(PromptFacts facts) {
        this.facts = facts;
    }

    @Override
    public PromptDefinition definition() {
        return DEFINITION;
    }

    @Override
    public boolean isOffered(Caller caller) {
        return facts.offers("decision_explain", caller);
    }

    @Override
    public PromptResult get(PromptCall call) {
        Optional<String> incident = facts.incident(call);
        Optional<String> promotion = facts.promotion(call);
        PromptBuilder builder = new PromptBuilder(facts, call, "Find out why it happened. Facts before theories.")
                .quote("decision_explain", decision(promotion, call))
                .quote("audit_query", PostPromotionCheckPrompt.of(promotion, "{'limit': 25}"))
                .quote("monitor_status", "{'checks': 5}");
        incident.ifPresent(builder::evidence);
        return builder.heading("Common causes (runbook part 3, step 4)")
                .lines(causes())
                .heading("What to do")
                .steps(facts.offers("worker_start_canary", call.caller()) ? WITH_CANARY : STEPS)
                .result(DEFINITION);
    }

    /** The promotion's decision to act, else its newest; without a promotion the one that the tool finds most telling. */
    private ObjectNode decision(Optional<String> promotion, PromptCall call) {
        ObjectNode which = JsonRpcCodec.JSON.createObjectNode();
        if (promotion.isPresent()) {
            List<JsonNode> decisions = facts.ask(
                            "audit_query",
                            PostPromotionCheckPrompt.of(promotion, "{'kinds': ['decision'], 'limit': 50}"),
                            call.caller())
                    .structured()
                    .map(events -> events.path("events").valueStream().toList())
                    .orElse(List.of());
            decisions.stream()
                    .filter(event -> List.of("rollback", "escalate")
                            .contains(event.path("decision").asString("")))
                    .findFirst()
                    .or(() -> decisions.stream().findFirst())
                    .ifPresent(event -> which.put("seq", event.path("seq").asLong()));
        }
        return which;
    }

    /** The runbook's table, without its commands for files that a client does not have. */
    private static String causes() {
        return PromptFacts.runbook()
                .section("Step 4: Root Cause Analysis")
                .lines()
                .filter(line -> line.startsWith("|"))
                .collect(Collectors.joining("\n"));
    }
}
