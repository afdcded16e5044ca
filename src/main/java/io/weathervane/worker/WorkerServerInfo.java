package io.weathervane.worker;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a worker said of itself in the handshake.
 *
 * @param capabilities the server capabilities of MCP; empty for a worker that speaks no MCP
 * @param version its name and version, as one text; empty when it did not say
 * @param instructions for the model that will use its tools
 */
public record WorkerServerInfo(ObjectNode capabilities, Optional<String> version, Optional<String> instructions) {
    /** As much of a name and version is kept. */
    private static final int VERSION_LENGTH_MAX = 100;

    static final WorkerServerInfo NONE =
            new WorkerServerInfo(JsonNodeFactory.instance.objectNode(), Optional.empty(), Optional.empty());

    /** @param opening the result of {@code initialize} or {@code server/discover} */
    static WorkerServerInfo of(JsonNode opening) {
        ObjectNode capabilities =
                opening.path("capabilities") instanceof ObjectNode object ? object : NONE.capabilities;
        return new WorkerServerInfo(
                capabilities,
                version(opening),
                Optional.of(opening.path("instructions").asString("")).filter(text -> !text.isBlank()));
    }

    /** A legacy worker says it in its result, a modern one in the metadata of any result. */
    private static Optional<String> version(JsonNode opening) {
        JsonNode legacy = opening.path("serverInfo");
        JsonNode info = legacy.isObject() ? legacy : opening.path("_meta").path(McpGeneration.PREFIX + "serverInfo");
        String name =
                info.path("name").asString("") + " " + info.path("version").asString("");
        String shown = name.trim();
        return shown.isEmpty()
                ? Optional.empty()
                : Optional.of(shown.substring(0, Math.min(shown.length(), VERSION_LENGTH_MAX)));
    }

    public boolean has(String capability) {
        return capabilities.path(capability).isObject();
    }

    /** Whether it has extensions, which may have methods of their own. */
    public boolean announcesExtensions() {
        return !capabilities.path("extensions").isEmpty()
                || !capabilities.path("experimental").isEmpty();
    }

    /** Whether it says when this list is another. */
    boolean tellsOf(WorkerList list) {
        return capabilities.path(list.capability()).path("listChanged").asBoolean(false);
    }
}
