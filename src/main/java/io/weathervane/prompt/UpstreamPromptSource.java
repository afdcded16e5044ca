package io.weathervane.prompt;

import io.weathervane.tool.CallChannel;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Prompts of another program, the worker, passed on as they are. */
public interface UpstreamPromptSource {
    /**
     * The definitions in their wire form, each with a name.
     *
     * @param channel cancels the wait for the other program
     */
    List<ObjectNode> list(CallChannel channel);

    /**
     * The prompt of this name, filled in; empty when there are no prompts at all.
     *
     * @param arguments for the other side to judge
     * @throws io.weathervane.jsonrpc.JsonRpcException when there is no such prompt, or it cannot be had
     * @throws io.weathervane.jsonrpc.InputRequiredException when the client has to answer first
     */
    Optional<PromptResult> get(String name, ObjectNode arguments, CallChannel channel);

    static UpstreamPromptSource none() {
        return new UpstreamPromptSource() {
            @Override
            public List<ObjectNode> list(CallChannel channel) {
                return List.of();
            }

            @Override
            public Optional<PromptResult> get(String name, ObjectNode arguments, CallChannel channel) {
                return Optional.empty();
            }
        };
    }
}
