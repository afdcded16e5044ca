package io.weathervane.bench;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The least a server can do for a call: find the id, the method and the flag in the bytes, look the value up, write the
 * answer. No MCP, no checks.
 */
final class FloorAnswer {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Map<String, String> FLAGS = Map.of("PROMPT_MODE", Protocol.VALUE);

    private FloorAnswer() {}

    /** The answer to this message; empty when it was a notification. */
    static byte[] to(byte[] message) {
        String method = "";
        String flag = "";
        int id = -1;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), message)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    switch (parser.currentName()) {
                        case "id" -> {
                            parser.nextToken();
                            id = parser.getIntValue();
                        }
                        case "method" -> {
                            parser.nextToken();
                            method = parser.getString();
                        }
                        case "flag" -> {
                            parser.nextToken();
                            flag = parser.getString();
                        }
                        default -> {}
                    }
                }
            }
        }
        return id < 0 ? new byte[0] : answer(id, method.equals("tools/call"), flag);
    }

    private static byte[] answer(int id, boolean call, String flag) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("jsonrpc", "2.0");
            json.writeNumberProperty("id", id);
            json.writeObjectPropertyStart("result");
            if (call) {
                result(json, flag, FLAGS.getOrDefault(flag, ""));
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void result(JsonGenerator json, String flag, String value) {
        json.writeArrayPropertyStart("content");
        json.writeStartObject();
        json.writeStringProperty("type", "text");
        json.writeStringProperty("text", flag + " is " + value);
        json.writeEndObject();
        json.writeEndArray();
        json.writeObjectPropertyStart("structuredContent");
        json.writeStringProperty("flag", flag);
        json.writeStringProperty("value", value);
        json.writeEndObject();
    }
}
