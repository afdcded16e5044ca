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

    static Completer none() {
        return request -> List.of();
    }
}
