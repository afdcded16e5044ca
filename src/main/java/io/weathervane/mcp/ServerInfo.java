package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.OperationsScope;
import tools.jackson.databind.node.ObjectNode;

/**
 * Identification of the server to its clients.
 *
 * @param instructions a few sentences for the model that will use the tools
 */
public record ServerInfo(String name, String title, String version, Instructions instructions) {
    /** Instructions for a model, which reads them before it sees the tools. */
    @FunctionalInterface
    public interface Instructions {
        /** The text for clients that are offered these of the server's own tools. */
        String of(OperationsScope offered);
    }

    /** With the same instructions for every client. */
    public ServerInfo(String name, String title, String version, String instructions) {
        this(name, title, version, offered -> instructions);
    }

    public ObjectNode toJson() {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("name", name)
                .put("title", title)
                .put("version", version);
    }
}
