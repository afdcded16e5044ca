package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Params of a request that goes on to another server which MCP does not name: that server's extensions have them. */
final class UnnamedParams {
    /** Named by MCP in any request. */
    private static final Set<String> OF_ALL = Set.of("_meta", "inputResponses", "requestState");

    /** Named by MCP in the requests that go to another server. */
    private static final Map<String, Set<String>> OF_METHOD = Map.of(
            KnownMethods.TOOLS_CALL, Set.of("name", "arguments", "task"),
            KnownMethods.PROMPTS_GET, Set.of("name", "arguments"),
            KnownMethods.RESOURCES_READ, Set.of("uri"),
            KnownMethods.COMPLETE, Set.of("ref", "argument", "context"));

    private UnnamedParams() {}

    /** Those of the request, none for a method that goes to no other server. */
    static ObjectNode of(String method, ObjectNode params) {
        ObjectNode unnamed = JsonRpcCodec.JSON.createObjectNode();
        Set<String> named = OF_METHOD.get(method);
        if (named == null) {
            return unnamed;
        }
        for (Map.Entry<String, JsonNode> param : params.properties()) {
            if (!named.contains(param.getKey()) && !OF_ALL.contains(param.getKey())) {
                unnamed.set(param.getKey(), param.getValue());
            }
        }
        return unnamed;
    }
}
