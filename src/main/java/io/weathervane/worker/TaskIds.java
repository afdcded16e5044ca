package io.weathervane.worker;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Where the id of a task stands in the messages of both generations. */
final class TaskIds {
    static final String TASK = "task";
    private static final String ID = "taskId";

    /** The metadata by which any message says that it belongs to a task. */
    private static final String RELATED = McpGeneration.PREFIX + "related-task";

    private TaskIds() {}

    /** The task that a call goes on as, by its answer; empty when the call has a result. */
    static Optional<String> madeBy(ObjectNode result) {
        JsonNode modern = result.path("resultType").asString("").equals(TASK) ? result.path(ID) : null;
        return text(modern == null ? result.path(TASK).path(ID) : modern);
    }

    /** The task that params or metadata name. */
    static Optional<String> in(ObjectNode params) {
        return text(params.path(ID))
                .or(() -> text(params.path("_meta").path(RELATED).path(ID)));
    }

    static String of(JsonNode task) {
        return task.path(ID).asString("");
    }

    private static Optional<String> text(JsonNode id) {
        return id.isString() ? Optional.of(id.stringValue()) : Optional.empty();
    }

    /** The message with another id for the task; the same object when that changes nothing. */
    static ObjectNode renamed(ObjectNode message, String from, String to) {
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
