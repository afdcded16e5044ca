package io.weathervane.tool;

/** Something a caller can ask the server to do. */
public interface Tool {
    ToolDefinition definition();

    /** What a caller must be to see the tool and to call it. */
    default Role role() {
        return Role.toCall(definition());
    }

    /** Whether a call may take so long that it goes on as a task, for clients that know what that is. */
    default boolean runsAsTask() {
        return false;
    }

    /**
     * Does it.
     *
     * @throws ToolFailure when the tool says no: becomes a result with {@code isError}
     * @throws io.weathervane.jsonrpc.JsonRpcException when the answer is a JSON-RPC error (a worker's)
     */
    ToolResult call(ToolCall call);
}
