package io.weathervane.mcp;

import io.weathervane.completion.UpstreamCompletionSource;

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
public record UpstreamServices(
        UpstreamCompletionSource completions,
        UpstreamSubscriptions upstreamSubscriptions,
        UpstreamInstructions upstreamInstructions,
        UpstreamTasks tasks,
        UpstreamExtensionMethods methods,
        UpstreamListMetaSource lists) {
    static final UpstreamServices NONE = new UpstreamServices(
            UpstreamCompletionSource.none(),
            UpstreamSubscriptions.none(),
            UpstreamInstructions.none(),
            UpstreamTasks.none(),
            UpstreamExtensionMethods.none(),
            UpstreamListMetaSource.none());
}
