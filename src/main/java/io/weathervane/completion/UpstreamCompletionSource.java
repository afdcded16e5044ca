package io.weathervane.completion;

import io.weathervane.tool.CallChannel;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Another component that knows values: the worker, for what is its own. */
@FunctionalInterface
public interface UpstreamCompletionSource {
    /**
     * The result of {@code completion/complete} as it came; empty when the other side has nothing of that name.
     *
     * @param params the request's, without {@code _meta}
     * @throws io.weathervane.jsonrpc.JsonRpcException when the other side answers with an error
     */
    Optional<ObjectNode> complete(ObjectNode params, CallChannel channel);

    static UpstreamCompletionSource none() {
        return (params, channel) -> Optional.empty();
    }
}
