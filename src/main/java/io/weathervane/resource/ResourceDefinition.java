package io.weathervane.resource;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Definition of a resource that a client sees before it reads it.
 *
 * @param uri unique among all resources
 * @param json the wire form (MCP server/resources): {@code uri}, {@code name}, {@code title}, {@code description},
 *     {@code mimeType}
 */
public record ResourceDefinition(String uri, ObjectNode json) {
    public static ResourceDefinition of(String uri, String name, String title, String description, String mimeType) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uri", uri).put("name", name).put("title", title);
        json.put("description", description).put("mimeType", mimeType);
        return new ResourceDefinition(uri, json);
    }
}
