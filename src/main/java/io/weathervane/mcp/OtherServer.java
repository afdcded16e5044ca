package io.weathervane.mcp;

import io.weathervane.completion.CompletionSource;
import java.util.function.Supplier;

/**
 * Somebody behind this server whose tools, resources and prompts it passes on: what is needed of them beside those.
 *
 * @param completions asked for what is not ours
 * @param wishes told what clients want to hear of
 * @param instructions for the model, added to ours; empty when there are none
 */
public record OtherServer(CompletionSource completions, ClientWishes wishes, Supplier<String> instructions) {
    static final OtherServer NONE = new OtherServer(CompletionSource.none(), ClientWishes.none(), () -> "");
}
