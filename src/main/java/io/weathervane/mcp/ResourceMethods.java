package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceSource;
import io.weathervane.resource.ResourceTemplate;
import tools.jackson.databind.JsonNode;

/** {@code resources/*} (MCP server/resources). */
public final class ResourceMethods {
    /** Resource not found, as legacy clients know it; the modern generation has invalid params for it. */
    private static final int LEGACY_NOT_FOUND = -32002;

    private static final String NOT_FOUND =
            "Resource not found; resources/list and resources/templates/list say what there is";

    private final ResourceSource resources;
    private final ResultFormatter formatter;

    ResourceMethods(ResourceSource resources, ResultFormatter formatter) {
        this.resources = resources;
        this.formatter = formatter;
    }

    JsonNode list(RunningCall call) {
        return formatter.listing(
                call.request().generation(),
                call.request().method(),
                Paginator.of(
                        call.request(),
                        "resources",
                        resources.list(call.responseChannel().caller(), call),
                        ResourceDefinition::uri,
                        ResourceDefinition::json));
    }

    JsonNode templates(RunningCall call) {
        return formatter.listing(
                call.request().generation(),
                call.request().method(),
                Paginator.of(
                        call.request(),
                        "resourceTemplates",
                        resources.templates(call.responseChannel().caller(), call),
                        ResourceTemplate::uriTemplate,
                        ResourceTemplate::json));
    }

    JsonNode read(RunningCall call) {
        ProtocolGeneration generation = call.request().generation();
        String uri = RequestParams.string(call.request(), "uri");
        try {
            return formatter.content(
                    generation,
                    resources
                            .result(uri, call.responseChannel().caller(), call)
                            .orElseThrow(() -> notFound(call.request(), uri)));
        } catch (JsonRpcException e) {
            throw isNotFound(e, uri) ? notFound(generation, uri, String.valueOf(e.getMessage())) : e;
        }
    }

    /** Another server says it in its generation's way. */
    private static boolean isNotFound(JsonRpcException e, String uri) {
        JsonNode data = e.data();
        return e.code() == LEGACY_NOT_FOUND
                || (e.code() == ErrorCode.INVALID_PARAMS.code()
                        && data != null
                        && data.path("uri").asString("").equals(uri));
    }

    /** There is no such resource, in the words of the request's generation. */
    public static JsonRpcException notFound(McpRequest request, String uri) {
        return notFound(request.generation(), uri, NOT_FOUND);
    }

    private static JsonRpcException notFound(ProtocolGeneration generation, String uri, String message) {
        int code = generation == ProtocolGeneration.MODERN ? ErrorCode.INVALID_PARAMS.code() : LEGACY_NOT_FOUND;
        return new JsonRpcException(
                code, message, JsonRpcCodec.JSON.createObjectNode().put("uri", uri));
    }
}
