package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code resources/*} (MCP server/resources); subscribing is there for the legacy era, whose clients have a session. */
final class ResourceMethods {
    /** Resource not found, as legacy clients know it; the modern era has invalid params for it. */
    private static final int LEGACY_NOT_FOUND = -32002;

    private final ResourceSource resources;
    private final ResultForm form;

    ResourceMethods(ResourceSource resources, ResultForm form) {
        this.resources = resources;
        this.form = form;
    }

    JsonNode list(RunningCall call) {
        return form.listing(
                call.request().era(),
                Page.of(
                        call.request(),
                        "resources",
                        resources.list(call.exchange().caller()),
                        ResourceDefinition::uri,
                        ResourceDefinition::json));
    }

    JsonNode templates(RunningCall call) {
        return form.listing(
                call.request().era(),
                Page.of(
                        call.request(),
                        "resourceTemplates",
                        resources.templates(call.exchange().caller()),
                        ResourceTemplate::uriTemplate,
                        ResourceTemplate::json));
    }

    JsonNode read(RunningCall call) {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        result.putArray("contents").add(contents(call).json());
        return form.content(call.request().era(), result);
    }

    /** Only what can be read can be subscribed to. */
    JsonNode subscribe(RunningCall call) {
        ClientSession session = call.neededSession();
        contents(call);
        session.subscribe(Params.string(call.request(), "uri"));
        return JsonRpcCodec.JSON.createObjectNode();
    }

    JsonNode unsubscribe(RunningCall call) {
        call.neededSession().unsubscribe(Params.string(call.request(), "uri"));
        return JsonRpcCodec.JSON.createObjectNode();
    }

    private ResourceContents contents(RunningCall call) {
        String uri = Params.string(call.request(), "uri");
        return resources
                .read(uri, call.exchange().caller())
                .orElseThrow(() -> notFound(call.request().era(), uri));
    }

    private static JsonRpcException notFound(Era era, String uri) {
        int code = era == Era.MODERN ? ErrorCode.INVALID_PARAMS.code() : LEGACY_NOT_FOUND;
        return new JsonRpcException(
                code,
                "Resource not found; resources/list and resources/templates/list say what there is",
                JsonRpcCodec.JSON.createObjectNode().put("uri", uri));
    }
}
