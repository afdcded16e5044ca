package io.weathervane.sample;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The sample worker's three tools. */
final class SampleTools {
    private static final List<String> SKIES = List.of("clear", "cloudy", "rain", "wind", "snow", "fog");

    private final String label;

    SampleTools(String label) {
        this.label = label;
    }

    static ArrayNode definitions() {
        ArrayNode tools = JsonRpcCodec.JSON.createArrayNode();
        tools.add(definition("get_forecast", "The forecast for a city.", "city", /* readOnly= */ true));
        tools.add(definition("echo", "Says the text again.", "text", /* readOnly= */ true));
        tools.add(definition("record_observation", "Keeps what was seen.", "text", /* readOnly= */ false));
        return tools;
    }

    private static ObjectNode definition(String name, String description, String argument, boolean readOnly) {
        ObjectNode tool = JsonRpcCodec.JSON.createObjectNode().put("name", name).put("description", description);
        ObjectNode schema = tool.putObject("inputSchema").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject(argument).put("type", "string");
        if (name.equals("echo")) {
            properties.putObject("delay_ms").put("type", "integer").put("minimum", 0);
        }
        schema.putArray("required").add(argument);
        tool.putObject("annotations")
                .put("readOnlyHint", readOnly)
                .put("destructiveHint", false)
                .put("idempotentHint", readOnly)
                .put("openWorldHint", false);
        return tool;
    }

    /** The data that the tool answers with. */
    ObjectNode call(String tool, ObjectNode arguments) {
        ObjectNode answer = JsonRpcCodec.JSON.createObjectNode();
        switch (tool) {
            case "get_forecast" -> forecast(answer, argument(arguments, "city"));
            case "echo" -> answer.put("text", argument(arguments, "text"));
            case "record_observation" -> answer.put("recorded", argument(arguments, "text"));
            default -> throw new JsonRpcException(ErrorCode.INVALID_PARAMS, "Unknown tool: " + tool);
        }
        return answer.put("worker", label);
    }

    /** The same city has the same weather each time. */
    private static void forecast(ObjectNode answer, String city) {
        int seed = Math.floorMod(city.hashCode(), 1000);
        answer.put("city", city).put("sky", SKIES.get(seed % SKIES.size())).put("celsius", seed % 40 - 8);
    }

    private static String argument(ObjectNode arguments, String name) {
        String value = arguments.path(name).asString("");
        if (value.isEmpty()) {
            throw new JsonRpcException(ErrorCode.INVALID_PARAMS, "argument " + name + " is missing");
        }
        return value;
    }
}
