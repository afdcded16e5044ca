package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the server introduces itself.
 *
 * @param instructions a few sentences for the model that will use the tools
 */
public record ServerInfo(String name, String title, String version, String instructions) {
    public ObjectNode toJson() {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("name", name)
                .put("title", title)
                .put("version", version);
    }
}
