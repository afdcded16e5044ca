package io.weathervane.tool;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Result of a tool call.
 *
 * @param json the wire form without {@code resultType}: {@code content}, {@code structuredContent}, {@code isError}
 */
public record ToolResult(ObjectNode json) {
    private static final String MISUSED = "io.weathervane/misused";

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

    /** The arguments are not those of the tool, so that it was not asked; a command line is told by this of its own mistake. */
    public static ToolResult misused(String text) {
        ToolResult result = failed(text);
        result.json().putObject("_meta").put(MISUSED, true);
        return result;
    }

    /** Whether the result of a call says that its arguments are not those of the tool. */
    public static boolean isMisuse(ObjectNode result) {
        return result.path("_meta").path(MISUSED).asBoolean(false);
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
