package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.tool.ToolRegistry;
import io.weathervane.tool.ToolResult;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tools/list} and {@code tools/call} (MCP server/tools). */
final class ToolMethods {
    private final ToolRegistry tools;
    private final ResultFormatter form;
    private final ToolListing listing;
    private final CallLimiter callLimiter;
    private final LegacyTaskMethods passed;
    private final Optional<TaskMethods> tasks;

    ToolMethods(
            ToolRegistry tools,
            ResultFormatter form,
            CallLimiter callLimiter,
            LegacyTaskMethods passed,
            Optional<TaskMethods> tasks) {
        this.passed = passed;
        this.tools = tools;
        this.form = form;
        this.listing = new ToolListing(tools, form);
        this.callLimiter = callLimiter;
        this.tasks = tasks;
    }

    JsonNode list(RunningCall call) {
        return listing.page(call.request(), call.exchange().caller());
    }

    JsonNode call(RunningCall call) {
        McpRequest request = call.request();
        String name = Params.string(request, "name");
        ObjectNode arguments = Params.objectOrNull(request, "arguments");
        if (call.task().isPresent() && tools.isOwn(name) && passed.areOffered()) {
            throw new JsonRpcException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "Method not found: " + name + " does not run as a task; call it without \"task\"");
        }
        if (tasks.isPresent() && tasks.get().takes(call, name)) {
            return tasks.get().begin(call, name, arguments);
        }
        return form.plain(request.generation(), result(call, name, arguments).json());
    }

    /** What is answered from memory waits for no turn, least of all behind calls that hang. */
    private ToolResult result(RunningCall call, String name, ObjectNode arguments) {
        return tools.answersAtOnce(name, arguments)
                ? tools.call(name, arguments, call.exchange().caller(), call)
                : inTurn(call, name, arguments);
    }

    private ToolResult inTurn(RunningCall call, String name, ObjectNode arguments) {
        try {
            callLimiter.enter(call, tools.makesSafe(name, arguments));
        } catch (ToolFailureException busy) {
            return ToolResult.failed(String.valueOf(busy.getMessage()));
        }
        try {
            return tools.call(name, arguments, call.exchange().caller(), call);
        } finally {
            callLimiter.leave(call);
        }
    }
}
