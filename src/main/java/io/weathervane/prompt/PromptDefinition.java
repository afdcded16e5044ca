package io.weathervane.prompt;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Definition of a prompt that a client sees before it gets the prompt (MCP server/prompts). */
public record PromptDefinition(String name, String title, String description, List<PromptArgument> arguments) {
    public PromptDefinition {
        arguments = List.copyOf(arguments);
    }

    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", name).put("title", title).put("description", description);
        ArrayNode list = json.putArray("arguments");
        for (PromptArgument argument : arguments) {
            list.addObject()
                    .put("name", argument.name())
                    .put("description", argument.description())
                    .put("required", argument.required());
        }
        return json;
    }
}
