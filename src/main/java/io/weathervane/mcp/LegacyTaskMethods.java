package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tasks/*} of 2025-11-25: a legacy client's tasks are all another server's, as tools of ours make none for it. */
final class LegacyTaskMethods {
    private final UpstreamTasks other;
    private final ResultFormatter form;

    LegacyTaskMethods(UpstreamTasks other, ResultFormatter form) {
        this.other = other;
        this.form = form;
    }

    boolean areOffered() {
        return other.areOffered();
    }

    /** The answer about the task that the request names. */
    JsonNode request(RunningCall call) {
        refuseUnlessOffered(call);
        return find(call).orElseThrow(() -> RequestParams.invalid("there is no task of yours with this taskId"));
    }

    JsonNode list(RunningCall call) {
        refuseUnlessOffered(call);
        return form.plain(call.request().generation(), other.list(call));
    }

    private void refuseUnlessOffered(RunningCall call) {
        if (!other.areOffered()) {
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
        return other.request(request.method(), params, call).map(result -> form.plain(request.generation(), result));
    }
}
