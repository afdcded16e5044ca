package io.weathervane.prompt;

/** A text to begin a conversation with, filled in with facts. */
public interface Prompt {
    PromptDefinition definition();

    /**
     * Fills it in.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException invalid params, when an argument's value does not do
     */
    PromptResult get(PromptCall call);
}
