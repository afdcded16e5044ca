package io.weathervane.config;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool of a plain JSON-RPC worker, which cannot describe its tools itself.
 *
 * @param inputSchema JSON Schema of the arguments
 * @param method the JSON-RPC method that does the work; the tool's name when the configuration names none
 */
public record ToolSettings(String name, String description, ObjectNode inputSchema, String method) {
    static ToolSettings from(Section section) {
        String name =
                section.words("name").orElseThrow(() -> section.missing("name", "give the tool the name callers use"));
        return new ToolSettings(
                name,
                section.text("description").orElse(""),
                section.tree("inputSchema").orElseGet(ToolSettings::anyObject),
                section.words("method").orElse(name));
    }

    private static ObjectNode anyObject() {
        return JsonMapper.shared().createObjectNode().put("type", "object");
    }
}
