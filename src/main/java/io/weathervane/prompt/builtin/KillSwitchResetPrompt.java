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

/** {@code kill_switch_reset}: prepares what a person decides (runbook part 2, and part 3 step 6). */
final class KillSwitchResetPrompt implements Prompt {
    private static final PromptDefinition DEFINITION = new PromptDefinition(
            "kill_switch_reset",
            "Prepare a kill switch reset",
            "May the kill switch come off? The preconditions now, what is missing, what a reset would restore; a person"
                    + " decides.",
            List.of(SharedPromptArguments.FIX_REFERENCE, SharedPromptArguments.INCIDENT));

    private static final List<String> STEPS = List.of(
            "If the kill switch is off, say so and stop. If a precondition is not met, say which, why it matters and"
                    + " what would meet it; do not look for a way around it.",
            "Ask the person for what no tool knows: the root cause, the fix and where it is deployed, that it was"
                    + " verified in staging, that the review is done, and who approves.",
            "Call kill_switch_reset with dry_run and the fix_reference, and show the person what it says, with the"
                    + " flags that would be restored.",
            "Only when the person says so: call kill_switch_reset with reason and fix_reference. It asks for the"
                    + " approval of a person by itself; in production it answers with an approval's id that another person"
                    + " has to grant. A refusal is an answer: pass it on.",
            "Verify: mcp_admin_flags get shows DISABLE_NEW = 0 and the restored flags, audit_query the"
                    + " kill-switch-reset event, monitor_status no new trouble. If the incident comes back,"
                    + " kill_switch_engage at once.");

    private final PromptFacts facts;

    KillSwitchResetPrompt(PromptFacts facts) {
        this.facts = facts;
    }

    @Override
    public PromptDefinition definition() {
        return DEFINITION;
    }

    @Override
    public boolean isOffered(Caller caller) {
        return facts.offers("kill_switch_reset", caller);
    }

    @Override
    public PromptResult get(PromptCall call) {
        Optional<String> incident = facts.incident(call);
        ObjectNode dryRun = JsonRpcCodec.JSON.createObjectNode().put("dry_run", true);
        call.argument("fix_reference").filter(fix -> !fix.isBlank()).ifPresent(fix -> dryRun.put("fix_reference", fix));
        PromptBuilder builder = new PromptBuilder(
                        facts,
                        call,
                        "Prepare the decision whether the kill switch may come off. You prepare, a person decides.")
                .quote("kill_switch_reset", dryRun)
                .quote("mcp_admin_flags", "{'action': 'get'}")
                .quote("monitor_status", "{'checks': 3}")
                .quote(
                        "audit_query",
                        "{'kinds': ['kill-switch-activated', 'kill-switch-reset', 'approval-requested',"
                                + " 'approval-granted', 'approval-refused', 'approval-used'], 'limit': 8}");
        incident.ifPresent(builder::evidence);
        return builder.heading("What to do (runbook parts 2 and 3)")
                .steps(STEPS)
                .checklist("Kill-Switch Reset Checklist")
                .result(DEFINITION);
    }
}
