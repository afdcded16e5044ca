package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/**
 * A worker's answer to a tool call.
 *
 * @param result the result as MCP has it ({@code content}, {@code structuredContent}, {@code isError}), without
 *     {@code resultType}
 * @param label the release that answered
 */
public record WorkerAnswer(ObjectNode result, String label) {
    public boolean isError() {
        return result.path("isError").asBoolean(false);
    }
}
