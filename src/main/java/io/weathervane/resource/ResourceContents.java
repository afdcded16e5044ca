package io.weathervane.resource;

import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Content of a resource at this moment.
 *
 * @param json the wire form of one entry of {@code contents}: {@code uri}, {@code mimeType}, {@code text} or {@code blob}
 */
public record ResourceContents(ObjectNode json) {
    public static ResourceContents text(String uri, String mimeType, String text) {
        return new ResourceContents(head(uri, mimeType).put("text", text));
    }

    public static ResourceContents binary(String uri, String mimeType, byte[] bytes) {
        return new ResourceContents(
                head(uri, mimeType).put("blob", Base64.getEncoder().encodeToString(bytes)));
    }

    /** The first entry of the result of {@code resources/read}; empty when it has none. */
    public static Optional<ResourceContents> first(ObjectNode result) {
        return result.path("contents").path(0) instanceof ObjectNode entry
                ? Optional.of(new ResourceContents(entry))
                : Optional.empty();
    }

    private static ObjectNode head(String uri, String mimeType) {
        return JsonNodeFactory.instance.objectNode().put("uri", uri).put("mimeType", mimeType);
    }
}
