package io.weathervane.prompt.builtin;

import io.weathervane.prompt.PromptArgument;

/** Arguments that several prompts share; the completer knows their names too. */
final class SharedPromptArguments {
    static final PromptArgument INCIDENT = new PromptArgument(
            "incident",
            "Id of collected evidence, such as 20261123-143215-high-error-rate; its files and logs are shown.",
            false);

    static final PromptArgument PROMOTION = new PromptArgument(
            "promotion", "Id of a promotion, such as p-20261123T143215Z-1247eb; without it the newest.", false);

    static final PromptArgument FIX_REFERENCE = new PromptArgument(
            "fix_reference", "The commit, ticket or release with the fix; one of the preconditions.", false);

    private SharedPromptArguments() {}
}
