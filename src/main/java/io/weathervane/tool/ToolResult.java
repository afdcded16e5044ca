package io.weathervane.tool;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a tool answers.
 *
 * @param json the wire form without {@code resultType}: {@code content}, {@code structuredContent}, {@code isError}
 */
public record ToolResult(ObjectNode json) {
    /** Text that stands alone, and the same as data that fits the tool's output schema. */
    public static ToolResult of(String text, ObjectNode structured) {
        ObjectNode json = withText(text);
        json.set("structuredContent", structured);
        json.put("isError", false);
        return new ToolResult(json);
    }

    /** The tool says no; see {@link ToolFailureException} for how to word it. */
    public static ToolResult failed(String text) {
        return new ToolResult(withText(text).put("isError", true));
    }

    /** A worker's answer, passed on as it came. */
    public static ToolResult asIs(ObjectNode json) {
        return new ToolResult(json);
    }

    /** Adds a link to a file the caller may read, such as an evidence bundle. */
    public ToolResult withLink(String uri, String name, String mimeType) {
        json.withArray("content")
                .addObject()
                .put("type", "resource_link")
                .put("uri", uri)
                .put("name", name)
                .put("mimeType", mimeType);
        return this;
    }

    public boolean isError() {
        return json.path("isError").asBoolean(false);
    }

    public Optional<ObjectNode> structured() {
        return Optional.ofNullable(json.get("structuredContent"))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast);
    }

    private static ObjectNode withText(String text) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putArray("content").addObject().put("type", "text").put("text", text);
        return json;
    }
}
