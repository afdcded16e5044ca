package io.weathervane.mcp.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.MethodHandler;
import io.weathervane.mcp.RequestParams;
import io.weathervane.mcp.RunningCall;
import io.weathervane.mcp.UpstreamTasks;
import io.weathervane.tool.RequestedTool;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code tasks/*} of 2025-11-25: a legacy client's tasks are all another server's, as tools of ours make none for it. */
final class LegacyTaskMethods {
    private final UpstreamTasks upstream;

    LegacyTaskMethods(UpstreamTasks upstream) {
        this.upstream = upstream;
    }

    /** The answer about the task that the request names. */
    JsonNode request(RunningCall call) {
        refuseUnlessOffered(call);
        RequestParams.string(call.request(), "taskId");
        return upstream.request(call.request().method(), call.request().ownParams(), call)
                .orElseThrow(() -> RequestParams.invalid("there is no task of yours with this taskId"));
    }

    JsonNode list(RunningCall call) {
        refuseUnlessOffered(call);
        return upstream.list(call);
    }

    /** Calls a tool, but none of ours as a task. */
    JsonNode call(RunningCall call, MethodHandler handler) {
        Optional<RequestedTool> own = call.request().tool().filter(RequestedTool::isOwn);
        if (call.task().isPresent() && own.isPresent() && upstream.areOffered()) {
            own.get().checkArguments();
            throw new JsonRpcException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "Method not found: " + own.get().name() + " does not run as a task; call it without \"task\"");
        }
        return handler.result(call);
    }

    private void refuseUnlessOffered(RunningCall call) {
        if (!upstream.areOffered()) {
            throw new JsonRpcException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "Method not found: " + call.request().method());
        }
    }
}
