package io.weathervane.prompt.builtin;

import io.weathervane.incident.EvidenceBundleReader;
import io.weathervane.prompt.PromptRegistry;
import io.weathervane.tool.ToolRegistry;
import java.time.Clock;
import java.util.List;

/** The runbook's parts for an assistant that works with our tools. */
public final class BuiltInPrompts {
    private BuiltInPrompts() {}

    /**
     * All of them, in the order clients see them.
     *
     * @param tools asked for the facts, in the name of the caller who gets the prompt
     */
    public static PromptRegistry registry(ToolRegistry tools, EvidenceBundleReader evidenceBundles, Clock clock) {
        PromptFacts facts = new PromptFacts(tools, evidenceBundles, clock);
        return new PromptRegistry(List.of(
                new IncidentResponsePrompt(facts),
                new PostPromotionCheckPrompt(facts),
                new KillSwitchResetPrompt(facts),
                new RootCauseAnalysisPrompt(facts)));
    }
}
