package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON written with single quotes, to be readable in Java. */
final class JsonText {
    private JsonText() {}

    static JsonNode value(String text) {
        return JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }

    static ObjectNode object(String text) {
        return (ObjectNode) value(text);
    }
}
