package io.weathervane.completion;

import java.util.List;

/** Knows which values an argument may have. */
@FunctionalInterface
public interface Completer {
    /**
     * All values that fit, the likeliest first; may be more than a client is sent (100, MCP
     * server/utilities/completion). Empty when nothing is known of the argument.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException invalid params, when there is no such prompt or template
     */
    List<String> complete(CompletionRequest request);

    /** Whether what has the argument is this one's; what is not may be another's. */
    default boolean knows(CompletionRequest request) {
        return true;
    }

    static Completer none() {
        return request -> List.of();
    }
}
