package io.weathervane.worker.protocol;

import io.weathervane.worker.WorkerServerInfo;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a worker says of itself, the result of {@code initialize} or {@code server/discover}. */
final class WorkerServerInfoReader {
    /** As much of a name and version is kept. */
    private static final int VERSION_LENGTH_MAX = 100;

    private WorkerServerInfoReader() {}

    static WorkerServerInfo read(JsonNode opening) {
        ObjectNode capabilities = opening.path("capabilities") instanceof ObjectNode object
                ? object
                : WorkerServerInfo.NONE.capabilities();
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
}
