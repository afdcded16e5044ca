package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a request's params, and says what is wrong with them. */
public final class RequestParams {
    private RequestParams() {}

    public static String string(McpRequest request, String key) {
        JsonNode value = request.params().path(key);
        if (!value.isString()) {
            throw lacks(request, key);
        }
        return value.stringValue();
    }

    static JsonRpcException lacks(McpRequest request, String key) {
        return invalid(request.method() + " needs the string \"" + key + "\"");
    }

    /** The same where null counts as absent: some clients write what they leave out. */
    public static ObjectNode objectOrNull(McpRequest request, String key) {
        return request.params().path(key).isNull() ? JsonRpcCodec.JSON.createObjectNode() : object(request, key);
    }

    /** The object of this key, an empty one when it is absent. */
    static ObjectNode object(McpRequest request, String key) {
        JsonNode value = request.params().path(key);
        if (value instanceof ObjectNode object) {
            return object;
        }
        if (value.isMissingNode()) {
            return JsonRpcCodec.JSON.createObjectNode();
        }
        throw invalid("\"" + key + "\" must be an object");
    }

    public static JsonRpcException invalid(String why) {
        return new JsonRpcException(ErrorCode.INVALID_PARAMS, "Invalid params: " + why);
    }
}
