package io.weathervane.resource;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A family of resources.
 *
 * @param uriTemplate RFC 6570, with plain {@code {name}} expressions only
 * @param json the wire form: {@code uriTemplate}, {@code name}, {@code title}, {@code description}, {@code mimeType}
 */
public record ResourceTemplate(String uriTemplate, ObjectNode json) {
    public static ResourceTemplate of(
            String uriTemplate, String name, String title, String description, String mimeType) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("uriTemplate", uriTemplate).put("name", name).put("title", title);
        json.put("description", description).put("mimeType", mimeType);
        return new ResourceTemplate(uriTemplate, json);
    }
}
