package io.weathervane.prompt.builtin;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.prompt.Prompt;
import io.weathervane.prompt.PromptCall;
import io.weathervane.prompt.PromptDefinition;
import io.weathervane.prompt.PromptResult;
import io.weathervane.tool.Caller;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code post_promotion_check}: is the promotion healthy (runbook, post-promotion checklist). */
final class PostPromotionCheckPrompt implements Prompt {
    private static final PromptDefinition DEFINITION = new PromptDefinition(
            "post_promotion_check",
            "Check a promotion",
            "Is the promotion healthy? The watch, its checks and decisions now, and how to judge them.",
            List.of(SharedPromptArguments.PROMOTION));

    private static final List<String> STEPS = List.of(
            "Say which worker was promoted in place of which, how long it has been watched and how much is left, and"
                    + " whether mode observe means that nothing is done by itself.",
            "Judge by the checks, not by the last decision alone: probe, error rate against its threshold, memory, open"
                    + " files, and whether they get worse. \"inconclusive\" is too little traffic to tell, which is not"
                    + " healthy; say how many calls are missing.",
            "If a decision was degrade, escalate or rollback, explain it with decision_explain and its seq; with"
                    + " thresholds it says what other limits would have made of the same checks.",
            "If it gets worse and people are harmed: worker_rollback brings the previous worker back,"
                    + " kill_switch_engage puts every flag to its safe default. Otherwise wait: read weathervane://monitor"
                    + " again after nextCheckAt, or subscribe to it.",
            "End with one line: healthy, not healthy, or cannot be told yet, and the fact that decides it.");

    private final PromptFacts facts;

    PostPromotionCheckPrompt(PromptFacts facts) {
        this.facts = facts;
    }

    @Override
    public PromptDefinition definition() {
        return DEFINITION;
    }

    @Override
    public boolean isOffered(Caller caller) {
        return facts.offers("monitor_status", caller);
    }

    @Override
    public PromptResult get(PromptCall call) {
        Optional<String> promotion = facts.promotion(call);
        return new PromptBuilder(facts, call, "Find out whether the promotion is healthy, and say so with the facts.")
                .quote("monitor_status", "{'checks': 10}")
                .quote("audit_query", of(promotion, "{'kinds': ['decision'], 'limit': 10}"))
                .quote(
                        "audit_query",
                        of(
                                promotion,
                                "{'kinds': ['monitoring-started', 'monitoring-stopped', 'monitoring-gap',"
                                        + " 'rollback-executed', 'rollback-failed', 'escalation-triggered',"
                                        + " 'worker-exited'], 'limit': 10}"))
                .heading("What to do")
                .steps(STEPS)
                .checklist("Post-Promotion Checklist")
                .result(DEFINITION);
    }

    /** A query, narrowed to the promotion when one was named. */
    static ObjectNode of(Optional<String> promotion, String query) {
        ObjectNode arguments = (ObjectNode) JsonRpcCodec.JSON.readTree(query.replace('\'', '"'));
        promotion.ifPresent(id -> arguments.put("promotion_id", id));
        return arguments;
    }
}
