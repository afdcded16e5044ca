package io.weathervane.prompt;

import io.weathervane.tool.Caller;

/** A text to begin a conversation with, filled in with facts. */
public interface Prompt {
    PromptDefinition definition();

    /** Whether this caller is offered it: a prompt that is about tools which the caller does not have is of no use. */
    default boolean isOffered(Caller caller) {
        return true;
    }

    /**
     * Fills it in.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException invalid params, when an argument's value does not do
     */
    PromptResult get(PromptCall call);
}
