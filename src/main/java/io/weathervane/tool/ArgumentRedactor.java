package io.weathervane.tool;

import io.weathervane.jsonrpc.JsonRedactor;
import io.weathervane.util.Redactor;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Removes secrets from what callers of our own tools write before a tool sees it, because it goes into records and
 * alerts. A command has to run as it is: it is stored whole, and shown without its secrets.
 */
final class ArgumentRedactor {
    /** Arguments that are recorded and never run. */
    private static final List<String> RECORDED = List.of("reason", "title", "approver", "fix_reference");

    private ArgumentRedactor() {}

    static ObjectNode recorded(ObjectNode arguments) {
        ObjectNode clean = arguments;
        for (String name : RECORDED) {
            JsonNode value = arguments.path(name);
            if (value.isString()) {
                String text = Redactor.clean(value.asString());
                clean = text.equals(value.asString()) ? clean : clean.deepCopy().put(name, text);
            }
        }
        return clean;
    }

    static ToolResult shown(ToolResult result) {
        return ToolResult.asIs(JsonRedactor.clean(result.json()));
    }
}
