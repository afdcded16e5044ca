package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import tools.jackson.databind.JsonNode;

/** {@code resources/*} (MCP server/resources); subscribing is there for the legacy era, whose clients have a session. */
final class ResourceMethods {
    /** Resource not found, as legacy clients know it; the modern era has invalid params for it. */
    private static final int LEGACY_NOT_FOUND = -32002;

    private static final String NOT_FOUND =
            "Resource not found; resources/list and resources/templates/list say what there is";

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
        Era era = call.request().era();
        String uri = Params.string(call.request(), "uri");
        try {
            return form.content(
                    era,
                    resources
                            .result(uri, call.exchange().caller(), call)
                            .orElseThrow(() -> notFound(era, uri, NOT_FOUND)));
        } catch (JsonRpcException e) {
            throw saysNotFound(e, uri) ? notFound(era, uri, String.valueOf(e.getMessage())) : e;
        }
    }

    /** Another server says it in its era's way. */
    private static boolean saysNotFound(JsonRpcException e, String uri) {
        JsonNode data = e.data();
        return e.code() == LEGACY_NOT_FOUND
                || (e.code() == ErrorCode.INVALID_PARAMS.code()
                        && data != null
                        && data.path("uri").asString("").equals(uri));
    }

    JsonNode subscribe(RunningCall call) {
        ClientSession session = call.neededSession();
        String uri = Params.string(call.request(), "uri");
        if (!resources.mayHave(uri, call.exchange().caller())) {
            throw notFound(call.request().era(), uri, NOT_FOUND);
        }
        session.subscribe(uri);
        return JsonRpcCodec.JSON.createObjectNode();
    }

    JsonNode unsubscribe(RunningCall call) {
        call.neededSession().unsubscribe(Params.string(call.request(), "uri"));
        return JsonRpcCodec.JSON.createObjectNode();
    }

    private static JsonRpcException notFound(Era era, String uri, String message) {
        int code = era == Era.MODERN ? ErrorCode.INVALID_PARAMS.code() : LEGACY_NOT_FOUND;
        return new JsonRpcException(
                code, message, JsonRpcCodec.JSON.createObjectNode().put("uri", uri));
    }
}
