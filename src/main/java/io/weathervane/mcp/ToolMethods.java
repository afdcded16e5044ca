package io.weathervane.mcp;

import io.weathervane.tool.RequestedTool;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code tools/list} and {@code tools/call} (MCP server/tools). */
final class ToolMethods {
    private final ResultFormatter formatter;
    private final ToolListHandler handler;
    private final CallLimiter callLimiter;
    private final Optional<TaskMethods> tasks;

    ToolMethods(ToolRegistry tools, ResultFormatter formatter, CallLimiter callLimiter, Optional<TaskMethods> tasks) {
        this.formatter = formatter;
        this.handler = new ToolListHandler(tools, formatter);
        this.callLimiter = callLimiter;
        this.tasks = tasks;
    }

    JsonNode list(RunningCall call) {
        return handler.page(call.request(), call.responseChannel().caller());
    }

    JsonNode call(RunningCall call) {
        McpRequest request = call.request();
        RequestedTool tool = request.tool().orElseThrow(() -> RequestParams.lacks(request, "name"));
        tool.checkArguments();
        if (tasks.isPresent() && tasks.get().takes(call, tool)) {
            return tasks.get().begin(call, tool);
        }
        return formatter.plain(request.generation(), result(call, tool).json());
    }

    /** What is answered from memory waits for no turn, least of all behind calls that hang. */
    private ToolResult result(RunningCall call, RequestedTool tool) {
        return tool.answersAtOnce() ? tool.call(call.responseChannel().caller(), call) : inTurn(call, tool);
    }

    private ToolResult inTurn(RunningCall call, RequestedTool tool) {
        try {
            callLimiter.enter(call, tool.makesSafe());
        } catch (ToolFailureException busy) {
            return ToolResult.failed(String.valueOf(busy.getMessage()));
        }
        try {
            return tool.call(call.responseChannel().caller(), call);
        } finally {
            callLimiter.leave(call);
        }
    }
}
