package io.weathervane.tool;

import io.weathervane.jsonrpc.InputRequest;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Answer of a client to an {@link InputRequest}, in the wire form of the kind's result. */
public record InputAnswer(ObjectNode json) {
    /** The filled-in form; empty when the user declined, or closed it without a choice. */
    public Optional<ObjectNode> accepted() {
        return json.path("action").asString("").equals("accept") && json.path("content") instanceof ObjectNode form
                ? Optional.of(form)
                : Optional.empty();
    }
}
