package io.weathervane.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A conversation with one worker in the dialect it speaks. Safe for use by several threads. */
interface WorkerSession {
    /** What is spoken: {@code mcp 2025-11-25}, {@code mcp 2026-07-28} or {@code json-rpc}. */
    String protocol();

    /** The tools' definitions as they stand in {@code tools/list}. */
    List<ObjectNode> tools();

    /** A tool's result as MCP has it; throws {@link WorkerCallException} when there is none. */
    ObjectNode call(String tool, ObjectNode arguments, Duration timeout, WorkerCallScope scope);

    /** Asks once for the worker's health; throws {@link WorkerCallException} or returns why it is not healthy. */
    Optional<String> problem(String method, Duration timeout);

    default Optional<ObjectNode> tool(String name) {
        return tools().stream()
                .filter(tool -> name.equals(text(tool.get("name"))))
                .findFirst();
    }

    /** Whether a call of the tool may be made twice, by the tool's own annotations. */
    default boolean mayRetry(String name) {
        JsonNode hints = tool(name).map(tool -> tool.path("annotations")).orElse(null);
        return hints != null
                && (hints.path("readOnlyHint").asBoolean(false)
                        || hints.path("idempotentHint").asBoolean(false));
    }

    private static String text(JsonNode node) {
        return node == null ? "" : node.asString("");
    }
}
