package io.weathervane.mcp;

import io.weathervane.completion.CompletionSource;

/**
 * Another server behind this one whose tools, resources and prompts it passes on: what is needed of them beside those.
 *
 * @param completions asked for what is not ours
 * @param wishes told what clients want to hear of
 * @param introduction for the model
 * @param tasks that its calls go on as
 * @param methods of its extensions
 */
public record OtherServer(
        CompletionSource completions,
        ClientWishes wishes,
        Introduction introduction,
        OtherTasks tasks,
        OtherMethods methods) {
    static final OtherServer NONE = new OtherServer(
            CompletionSource.none(), ClientWishes.none(), Introduction.none(), OtherTasks.none(), OtherMethods.none());
}
