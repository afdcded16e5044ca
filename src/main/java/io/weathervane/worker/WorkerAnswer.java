package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/**
 * A worker's answer to a tool call.
 *
 * @param result the result as MCP has it ({@code content}, {@code structuredContent}, {@code isError}), without
 *     {@code resultType}, unless it is {@code input_required}
 * @param label the release that answered
 */
public record WorkerAnswer(ObjectNode result, String label) {
    public static final String INPUT_REQUIRED = "input_required";

    /** Whether it is no result yet: the client has to answer {@code inputRequests}, and the call to be made again. */
    public boolean needsInput() {
        return result.path("resultType").asString("").equals(INPUT_REQUIRED);
    }

    public boolean isError() {
        return result.path("isError").asBoolean(false);
    }
}
