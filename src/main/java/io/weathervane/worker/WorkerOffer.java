package io.weathervane.worker;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a worker said of itself in the handshake.
 *
 * @param capabilities the server capabilities of MCP; empty for a worker that speaks no MCP
 * @param instructions for the model that will use its tools
 */
public record WorkerOffer(ObjectNode capabilities, Optional<String> instructions) {
    static final WorkerOffer NONE = new WorkerOffer(JsonNodeFactory.instance.objectNode(), Optional.empty());

    /** @param opening the result of {@code initialize} or {@code server/discover} */
    static WorkerOffer of(JsonNode opening) {
        ObjectNode capabilities =
                opening.path("capabilities") instanceof ObjectNode object ? object : NONE.capabilities;
        return new WorkerOffer(
                capabilities,
                Optional.of(opening.path("instructions").asString("")).filter(text -> !text.isBlank()));
    }

    public boolean has(String capability) {
        return capabilities.path(capability).isObject();
    }

    /** Whether it says when this list is another. */
    boolean tellsOf(WorkerList list) {
        return capabilities.path(list.capability()).path("listChanged").asBoolean(false);
    }
}
