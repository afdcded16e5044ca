package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tasks/*} of 2025-11-25: a legacy client's tasks are all another server's, as tools of ours make none for it. */
final class LegacyTaskMethods {
    private final UpstreamTasks upstream;
    private final ResultFormatter formatter;

    LegacyTaskMethods(UpstreamTasks upstream, ResultFormatter formatter) {
        this.upstream = upstream;
        this.formatter = formatter;
    }

    boolean areOffered() {
        return upstream.areOffered();
    }

    /** The answer about the task that the request names. */
    JsonNode request(RunningCall call) {
        refuseUnlessOffered(call);
        return find(call).orElseThrow(() -> RequestParams.invalid("there is no task of yours with this taskId"));
    }

    JsonNode list(RunningCall call) {
        refuseUnlessOffered(call);
        return formatter.plain(call.request().generation(), upstream.list(call));
    }

    private void refuseUnlessOffered(RunningCall call) {
        if (!upstream.areOffered()) {
            throw new JsonRpcException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "Method not found: " + call.request().method());
        }
    }

    /** The same where the task may be one of ours. */
    Optional<ObjectNode> find(RunningCall call) {
        McpRequest request = call.request();
        RequestParams.string(request, "taskId");
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        params.setAll(request.params());
        params.remove("_meta");
        return upstream.request(request.method(), params, call)
                .map(result -> formatter.plain(request.generation(), result));
    }
}
