package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.RequestParams;
import io.weathervane.mcp.ResourceMethods;
import io.weathervane.mcp.RunningCall;
import io.weathervane.resource.ResourceSource;
import tools.jackson.databind.JsonNode;

/** {@code resources/subscribe} and {@code resources/unsubscribe}. */
final class ResourceSubscriptionMethods {
    private final ResourceSource resources;

    ResourceSubscriptionMethods(ResourceSource resources) {
        this.resources = resources;
    }

    JsonNode subscribe(RunningCall call) {
        LegacySession session = LegacySession.of(call);
        String uri = RequestParams.string(call.request(), "uri");
        if (!resources.mayHave(uri, call.responseChannel().caller())) {
            throw ResourceMethods.notFound(call.request(), uri);
        }
        session.subscribe(uri);
        return JsonRpcCodec.JSON.createObjectNode();
    }

    JsonNode unsubscribe(RunningCall call) {
        LegacySession.of(call).unsubscribe(RequestParams.string(call.request(), "uri"));
        return JsonRpcCodec.JSON.createObjectNode();
    }
}
