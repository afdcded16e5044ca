package io.weathervane.worker;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reply to a {@link WorkerInputRequest}. */
public sealed interface WorkerInputReply {
    /** The client's answer, in the form of the question's method. */
    record Answer(ObjectNode result) implements WorkerInputReply {}

    /** There is none; the worker gets the error, whose data is null when it has none. */
    record Refusal(long code, String message, @Nullable JsonNode data) implements WorkerInputReply {
        public Refusal(long code, String message) {
            this(code, message, null);
        }
    }
}
