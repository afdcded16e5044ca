package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An MCP worker, with the handshake done; the era decides what each request carries. */
final class McpSession implements WorkerSession {
    private static final String PING = "ping";
    private static final String PROTOCOL_KEYS = "io.modelcontextprotocol/";
    private static final String PROGRESS_TOKEN = "progressToken";
    private static final String COMPLETE = "complete";

    private final WorkerChannel channel;
    private final String label;
    private final McpEra era;
    private volatile List<ObjectNode> tools;

    McpSession(WorkerChannel channel, String label, McpEra era, List<ObjectNode> tools) {
        this.channel = channel;
        this.label = label;
        this.era = era;
        this.tools = tools;
    }

    @Override
    public String protocol() {
        return WorkerKind.MCP.wireName() + " " + era.version();
    }

    @Override
    public List<ObjectNode> tools() {
        return tools;
    }

    @Override
    public ObjectNode call(String tool, ObjectNode arguments, Duration timeout, WorkerCallScope scope) {
        long id = channel.nextId();
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("name", tool);
        params.set("arguments", arguments);
        ObjectNode meta = meta(scope.meta(), id);
        if (!meta.isEmpty()) {
            params.set("_meta", meta);
        }
        return result(channel.request(id, "tools/call", params, timeout, scope, this::tellCancelled));
    }

    /** The caller's metadata with our own protocol keys, and our own token for its progress. */
    private ObjectNode meta(ObjectNode callers, long id) {
        ObjectNode meta = callers.deepCopy();
        List<String> protocolKeys = meta.propertyNames().stream()
                .filter(key -> key.startsWith(PROTOCOL_KEYS))
                .toList();
        meta.remove(protocolKeys);
        if (meta.has(PROGRESS_TOKEN)) {
            meta.put(PROGRESS_TOKEN, id);
        }
        era.meta().ifPresent(meta::setAll);
        return meta;
    }

    private void tellCancelled(PendingCall call) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("requestId", call.id());
        era.meta().ifPresent(meta -> params.set("_meta", meta));
        channel.tell("notifications/cancelled", params.put("reason", "nobody waits for the answer any longer"));
    }

    private ObjectNode result(JsonNode answer) {
        if (!(answer instanceof ObjectNode result)) {
            throw malformed("a tool result is an object, this is not");
        }
        String type = result.path("resultType").asString(COMPLETE);
        if (!type.equals(COMPLETE)) {
            throw malformed("a result of type " + type + ", which is not supported");
        }
        if (!result.path("content").isArray()) {
            throw malformed("a tool result without content");
        }
        result.remove("resultType");
        withoutProtocolKeys(result);
        return result;
    }

    /** What the worker says of itself as a server is not for our clients: to them, we are the server. */
    private static void withoutProtocolKeys(ObjectNode result) {
        if (result.get("_meta") instanceof ObjectNode meta) {
            meta.remove(meta.propertyNames().stream()
                    .filter(key -> key.startsWith(PROTOCOL_KEYS))
                    .toList());
            if (meta.isEmpty()) {
                result.remove("_meta");
            }
        }
    }

    private WorkerCallException malformed(String what) {
        return new WorkerCallException(
                WorkerCallException.Kind.MALFORMED, "worker " + label + " sent no valid answer: " + what);
    }

    @Override
    public Optional<String> problem(String method, Duration timeout) {
        boolean ping = method.equals(PING);
        JsonNode answer = channel.request(ping ? era.pingMethod() : method, params(), timeout);
        if (ping) {
            return answer.isObject() ? Optional.empty() : Optional.of("it answered a ping with " + answer);
        }
        return HealthReply.problem(answer);
    }

    private ObjectNode params() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        era.meta().ifPresent(meta -> params.set("_meta", meta));
        return params;
    }

    /** The worker said that its tools changed. */
    void listToolsAgain(Deadline deadline) {
        tools = McpHandshake.listTools(channel, label, era, deadline);
    }
}
