package io.weathervane.gateway.composite;

import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.CallChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Suggestions of the service whose prompt or template it is. */
record CompositeCompletions(ServiceFanOut services) implements UpstreamCompletionSource {
    /** A prompt tells its service by its name; a template may be of any, so the first that knows it answers. */
    @Override
    public Optional<ObjectNode> complete(ObjectNode params, CallChannel channel) {
        String prompt = params.path("ref").path("name").asString("");
        @Nullable JsonRpcException refused = null;
        for (UpstreamService service : services.services()) {
            if (!prompt.isEmpty() && !service.mayOwn(prompt)) {
                continue;
            }
            try {
                Optional<ObjectNode> result = service.others()
                        .completions()
                        .complete(prompt.isEmpty() ? params : named(params, service.bare(prompt)), channel);
                if (result.isPresent()) {
                    return result;
                }
            } catch (JsonRpcException e) {
                refused = refused == null ? e : refused;
            }
        }
        if (refused != null) {
            throw refused;
        }
        return Optional.empty();
    }

    private static ObjectNode named(ObjectNode params, String prompt) {
        ObjectNode copy = params.deepCopy();
        ((ObjectNode) copy.path("ref")).put("name", prompt);
        return copy;
    }
}
