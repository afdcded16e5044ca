package io.weathervane.tool;

import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Something a caller can ask the server to do. */
public interface Tool {
    ToolDefinition definition();

    /** Role that a caller needs to see the tool and to call it. */
    default CallerRole role() {
        return CallerRole.toCall(definition());
    }

    /**
     * Whether a call with these arguments, which the server has not checked yet, only makes the system safer or
     * collects evidence: a viewer who did not ask to look only may make such calls, too.
     */
    default boolean makesSafe(ObjectNode arguments) {
        return false;
    }

    /** Whether there are arguments with which a call {@link #makesSafe makes safe}, so that viewers see the tool. */
    default boolean canMakeSafe() {
        return false;
    }

    /**
     * Whether a call with these arguments, which the server has not checked yet, is among the operations of {@link
     * OperationsScope#SAFE}: it reads, or takes something risky back. Which roles may make it is a question of its own.
     */
    default boolean isSafeOperation(ObjectNode arguments) {
        return definition().annotations().readOnly() || makesSafe(arguments);
    }

    /** Whether there are arguments with which a call is a {@link #isSafeOperation safe operation}, so that the tool is listed. */
    default boolean hasSafeOperation() {
        return definition().annotations().readOnly() || canMakeSafe();
    }

    /** Whether a call may take so long that it goes on as a task, for clients that know what that is. */
    default boolean runsAsTask() {
        return false;
    }

    /**
     * Whether a call with these arguments, which the server has not checked yet, is answered from memory: it waits for
     * no disk, no other process, no lock that is held for long, and no person. Such a call needs no thread and no turn
     * of its own.
     */
    default boolean answersAtOnce(ObjectNode arguments) {
        return false;
    }

    /**
     * Whether a call has to do with the workers or the monitor, so that it waits while they start. One that has not must
     * work while a worker hangs in its start.
     */
    default boolean needsWorkers() {
        return true;
    }

    /**
     * Why no call with these arguments, which the server has not checked yet, can be made whatever else they are; a sentence.
     * Empty when that is not known.
     */
    default Optional<String> misuse(ObjectNode arguments) {
        return Optional.empty();
    }

    /**
     * Does it.
     *
     * @throws ToolFailureException when the tool says no: becomes a result with {@code isError}
     * @throws io.weathervane.jsonrpc.JsonRpcException when the answer is a JSON-RPC error (a worker's)
     */
    ToolResult call(ToolCall call);
}
