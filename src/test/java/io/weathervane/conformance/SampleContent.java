package io.weathervane.conformance;

import io.weathervane.resource.ResourceContents;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.tool.ToolResult;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/** One content block of each kind, and the smallest files of each kind. */
final class SampleContent {
    private static final String PNG_OF_ONE_PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    private static final String WAV_WITHOUT_SAMPLES = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

    private SampleContent() {}

    static byte[] png() {
        return Base64.getDecoder().decode(PNG_OF_ONE_PIXEL);
    }

    static ObjectNode text(String text) {
        return block("text").put("text", text);
    }

    static ObjectNode image() {
        return block("image").put("data", PNG_OF_ONE_PIXEL).put("mimeType", "image/png");
    }

    static ObjectNode audio() {
        return block("audio").put("data", WAV_WITHOUT_SAMPLES).put("mimeType", "audio/wav");
    }

    static ObjectNode resource(String uri, String mimeType, String text) {
        ObjectNode block = block("resource");
        block.set("resource", ResourceContents.text(uri, mimeType, text).json());
        return block;
    }

    /** A tool's answer with these blocks. */
    static ToolResult answer(ObjectNode... blocks) {
        ObjectNode json = ScriptedTools.json("{\"content\":[]}");
        for (ObjectNode block : blocks) {
            json.withArray("content").add(block);
        }
        return ToolResult.asIs(json);
    }

    static ToolResult says(String text) {
        return answer(text(text));
    }

    private static ObjectNode block(String type) {
        return ScriptedTools.json("{}").put("type", type);
    }
}
