package io.weathervane.mcp;

import io.weathervane.completion.CompletionSource;

/**
 * Another server behind this one whose tools, resources and prompts it passes on: what is needed of them beside those.
 *
 * @param completions asked for what is not ours
 * @param upstreamSubscriptions told what clients want to hear of
 * @param upstreamInstructions for the model
 * @param tasks that its calls go on as
 * @param methods of its extensions
 * @param lists what it says of them
 */
public record UpstreamServer(
        CompletionSource completions,
        UpstreamSubscriptions upstreamSubscriptions,
        UpstreamInstructions upstreamInstructions,
        UpstreamTasks tasks,
        UpstreamMethods methods,
        UpstreamListMeta lists) {
    static final UpstreamServer NONE = new UpstreamServer(
            CompletionSource.none(),
            UpstreamSubscriptions.none(),
            UpstreamInstructions.none(),
            UpstreamTasks.none(),
            UpstreamMethods.none(),
            UpstreamListMeta.none());
}
