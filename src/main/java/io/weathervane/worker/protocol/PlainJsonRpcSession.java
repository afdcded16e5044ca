package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The session of a JSON-RPC worker: a tool's name is the method, its arguments are the parameters. */
public final class PlainJsonRpcSession implements WorkerSession {
    private final WorkerChannel channel;
    private final WorkerRelease release;
    private final List<ObjectNode> tools;

    public PlainJsonRpcSession(WorkerChannel channel, WorkerRelease release) {
        this.channel = channel;
        this.release = release;
        this.tools =
                release.tools().stream().map(PlainJsonRpcSession::definition).toList();
    }

    private static ObjectNode definition(JsonRpcToolConfig tool) {
        ObjectNode json =
                JsonRpcCodec.JSON.createObjectNode().put("name", tool.name()).put("description", tool.description());
        json.set("inputSchema", tool.inputSchema());
        json.putObject("annotations")
                .put("readOnlyHint", tool.readOnly())
                .put("destructiveHint", !tool.readOnly())
                .put("idempotentHint", tool.readOnly())
                .put("openWorldHint", true);
        return json;
    }

    @Override
    public String protocol() {
        return WorkerProtocol.JSON_RPC.wireName();
    }

    @Override
    public List<ObjectNode> list(WorkerListKind list) {
        return list == WorkerListKind.TOOLS ? tools : List.of();
    }

    @Override
    public ObjectNode call(String tool, ObjectNode arguments, Duration timeout, WorkerCallContext callContext) {
        String method = release.tools().stream()
                .filter(declared -> declared.name().equals(tool))
                .map(JsonRpcToolConfig::method)
                .findFirst()
                .orElseThrow(() -> new WorkerCallException(
                        WorkerCallException.Kind.RPC_ERROR,
                        ErrorCode.INVALID_PARAMS.code(),
                        "Unknown tool: " + tool,
                        /* data= */ null));
        JsonNode answer = channel.request(channel.nextId(), method, arguments, timeout, callContext, call -> {});
        if (answer.isNull()) {
            throw new WorkerCallException(
                    WorkerCallException.Kind.MALFORMED, "worker " + release.label() + " gave an empty result");
        }
        return wrapped(answer);
    }

    private static ObjectNode wrapped(JsonNode answer) {
        ObjectNode result = JsonRpcCodec.JSON.createObjectNode();
        String text = answer.isString() ? answer.stringValue() : JsonRpcCodec.text(answer);
        result.putArray("content").addObject().put("type", "text").put("text", text);
        if (answer instanceof ObjectNode object) {
            result.set("structuredContent", object);
        }
        return result.put("isError", false);
    }

    @Override
    public Optional<String> problem(String method, Duration timeout) {
        return HealthReplyValidator.problem(channel.request(method, JsonRpcCodec.JSON.createObjectNode(), timeout));
    }
}
