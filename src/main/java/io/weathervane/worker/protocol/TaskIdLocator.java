package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds the id of a task in the messages of both generations. */
public final class TaskIdLocator {
    static final String TASK = "task";
    private static final String ID = "taskId";

    /** The metadata by which any message says that it belongs to a task. */
    private static final String RELATED = McpGeneration.PREFIX + "related-task";

    /** The extension of the modern generation; in the legacy one tasks are a capability. */
    private static final String EXTENSION = McpGeneration.PREFIX + "tasks";

    private TaskIdLocator() {}

    /** Whether the client's capabilities have the tasks of the modern generation. */
    static boolean declaresExtension(ObjectNode capabilities) {
        return capabilities.path("extensions").has(EXTENSION);
    }

    /** Capabilities of a client that knows tasks. */
    public static ObjectNode withExtension() {
        ObjectNode capabilities = JsonRpcCodec.JSON.createObjectNode();
        capabilities.putObject("extensions").putObject(EXTENSION);
        return capabilities;
    }

    /** The task that a call goes on as, by its answer; empty when the call has a result. */
    public static Optional<String> madeBy(ObjectNode result) {
        JsonNode modern = result.path("resultType").asString("").equals(TASK) ? result.path(ID) : null;
        return text(modern == null ? result.path(TASK).path(ID) : modern);
    }

    /** The task that params or metadata name. */
    public static Optional<String> in(ObjectNode params) {
        return text(params.path(ID))
                .or(() -> text(params.path("_meta").path(RELATED).path(ID)));
    }

    public static String of(JsonNode task) {
        return task.path(ID).asString("");
    }

    private static Optional<String> text(JsonNode id) {
        return id.isString() ? Optional.of(id.stringValue()) : Optional.empty();
    }

    /** The message with another id for the task; the same object when that changes nothing. */
    public static ObjectNode renamed(ObjectNode message, String from, String to) {
        if (from.equals(to)) {
            return message;
        }
        ObjectNode copy = message.deepCopy();
        rename(copy, from, to);
        rename(copy.path(TASK), from, to);
        rename(copy.path("_meta").path(RELATED), from, to);
        return copy;
    }

    private static void rename(JsonNode task, String from, String to) {
        if (task instanceof ObjectNode object && of(object).equals(from)) {
            object.put(ID, to);
        }
    }
}
