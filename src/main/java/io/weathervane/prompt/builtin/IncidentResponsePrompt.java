package io.weathervane.prompt.builtin;

import io.weathervane.prompt.Prompt;
import io.weathervane.prompt.PromptCall;
import io.weathervane.prompt.PromptDefinition;
import io.weathervane.prompt.PromptResult;
import io.weathervane.tool.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code incident_response}: the runbook's part 3, steps 1 to 3. */
final class IncidentResponsePrompt implements Prompt {
    private static final PromptDefinition DEFINITION = new PromptDefinition(
            "incident_response",
            "Respond to an incident",
            "Something is wrong after a promotion: the state now, what to do in the first minutes, what to collect,"
                    + " whom to tell.",
            List.of(SharedPromptArguments.INCIDENT));

    private static final List<String> AFTER_EVIDENCE = List.of(
            "Write the document with incident_report and that incident_id. Draft a message to the team from it: what is"
                    + " seen, since when, what was done by whom, what is not known. The person sends it.",
            "Say in three sentences: is it contained, what is the likeliest cause and by which fact, what is next. For"
                    + " the cause go on with the prompt root_cause_analysis. The kill switch stays on until the fix is"
                    + " verified.");

    private final PromptFacts facts;

    IncidentResponsePrompt(PromptFacts facts) {
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
        Optional<String> incident = facts.incident(call);
        PromptBuilder builder = new PromptBuilder(
                        facts,
                        call,
                        "Help the person on call with an incident. WeatherVane supervises the workers and rolls a bad"
                                + " promotion back by itself; see first what it has done already.")
                .quote("monitor_status", "{'checks': 5}")
                .quote("audit_query", "{'kinds': ['decision'], 'limit': 5}")
                .quote(
                        "audit_query",
                        "{'kinds': ['kill-switch-activated', 'kill-switch-reset', 'monitoring-started',"
                                + " 'rollback-executed', 'rollback-failed', 'escalation-triggered', 'worker-switched',"
                                + " 'worker-exited'], 'limit': 10}");
        incident.ifPresent(builder::evidence);
        return builder.heading("What to do (runbook part 3)")
                .steps(steps(incident, facts.offers("kill_switch_reset", call.caller())))
                .checklist("Incident Response Checklist")
                .result(DEFINITION);
    }

    private static List<String> steps(Optional<String> incident, boolean resets) {
        List<String> steps = new ArrayList<>();
        steps.add(
                "Contain it. If the kill switch is on, leave it on. If it is off and people are harmed, or that cannot"
                        + " be ruled out, call kill_switch_engage with the reason, now. If the promoted worker is the"
                        + " likely cause and there is a previous one, call worker_rollback.");
        steps.add(
                "Look again with monitor_status: is the active worker up and does it answer, is the kill switch on, did"
                        + " the rollback verify? Say what you see before you go on.");
        steps.add(incident.map(
                        id -> "The evidence above is from when it was collected. If much has happened since, collect"
                                + " again with evidence_collect.")
                .orElse("Collect the evidence before anything is restarted or tidied up: evidence_collect with"
                        + " a short title, minutes from before the promotion. Read its manifest.json,"
                        + " errors.txt, failures.json and checks.json."));
        steps.addAll(AFTER_EVIDENCE);
        if (resets) {
            steps.add("Once the fix is verified, prepare the reset with the prompt kill_switch_reset.");
        }
        return steps;
    }
}
