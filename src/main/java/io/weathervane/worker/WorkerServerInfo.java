package io.weathervane.worker;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Capabilities, version and instructions that a worker announced in the handshake.
 *
 * @param capabilities the server capabilities of MCP; empty for a worker that speaks no MCP
 * @param version its name and version, as one text; empty when it did not say
 * @param instructions for the model that will use its tools
 */
public record WorkerServerInfo(ObjectNode capabilities, Optional<String> version, Optional<String> instructions) {
    public static final WorkerServerInfo NONE =
            new WorkerServerInfo(JsonNodeFactory.instance.objectNode(), Optional.empty(), Optional.empty());

    public boolean has(String capability) {
        return capabilities.path(capability).isObject();
    }

    /** Whether it has extensions, which may have methods of their own. */
    public boolean announcesExtensions() {
        return !capabilities.path("extensions").isEmpty()
                || !capabilities.path("experimental").isEmpty();
    }

    /** Whether the worker announces changes of this list. */
    public boolean tellsOf(WorkerListKind list) {
        return capabilities.path(list.capability()).path("listChanged").asBoolean(false);
    }
}
