package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerServerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** An MCP worker, with the handshake done; the generation decides what each request carries. */
public final class McpSession implements WorkerSession {
    private static final String PING = "ping";
    public static final String TOOLS_CALL = "tools/call";

    /** Requests beside calls that count like the calls of a tool, under their method's name: all that make a worker work. */
    public static final Set<String> COUNTED_REQUESTS = Set.of("resources/read", "prompts/get", "completion/complete");

    private static final String PROGRESS_TOKEN = "progressToken";
    private static final String COMPLETE = "complete";

    private final WorkerChannel channel;
    private final String label;
    private final McpGeneration generation;
    private final WorkerServerInfo serverInfo;
    private final McpListCache lists;
    private final WorkerNotificationRequester notifications;
    private final TaskStatusSubscription taskStatusSubscription;

    McpSession(
            WorkerChannel channel,
            String label,
            McpGeneration generation,
            WorkerServerInfo serverInfo,
            McpListCache lists) {
        this.channel = channel;
        this.label = label;
        this.generation = generation;
        this.serverInfo = serverInfo;
        this.lists = lists;
        this.notifications = new WorkerNotificationRequester(channel, label, generation, serverInfo);
        this.taskStatusSubscription = new TaskStatusSubscription(channel, label, generation);
    }

    @Override
    public String protocol() {
        return WorkerProtocol.MCP.wireName() + " " + generation.version();
    }

    @Override
    public WorkerServerInfo serverInfo() {
        return serverInfo;
    }

    @Override
    public boolean has(WorkerListKind list) {
        return lists.has(list);
    }

    @Override
    public List<ObjectNode> list(WorkerListKind list) {
        return lists.last(list);
    }

    @Override
    public ObjectNode listMeta(WorkerListKind list) {
        return lists.meta(list);
    }

    @Override
    public Optional<ObjectNode> tool(String name) {
        return lists.tool(name);
    }

    @Override
    public List<ObjectNode> listNow(WorkerListKind list, Stopwatch stopwatch, WorkerCallContext caller) {
        return lists.fetch(list, stopwatch, caller);
    }

    @Override
    public void sendNotification(String method, ObjectNode params) {
        channel.sendNotification(method, params);
    }

    @Override
    public boolean hasRoots() {
        return !generation.modern();
    }

    @Override
    public Optional<WorkerNotificationRequester> notifications() {
        return Optional.of(notifications);
    }

    @Override
    public Optional<TaskStatusSubscription> taskStatusSubscription() {
        return generation.modern() ? Optional.of(taskStatusSubscription) : Optional.empty();
    }

    @Override
    public ObjectNode call(String tool, ObjectNode arguments, Duration timeout, WorkerCallContext callContext) {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("name", tool);
        params.set(
                "arguments",
                callContext.hasNullArguments() && arguments.isEmpty() ? NullNode.getInstance() : arguments);
        params.setAll(callContext.unknownParams());
        if (!generation.modern()) {
            callContext.task().ifPresent(task -> params.set(TaskIdLocator.TASK, task));
        }
        return send(TOOLS_CALL, params, timeout, callContext);
    }

    @Override
    public ObjectNode request(String method, ObjectNode params, Duration timeout, WorkerCallContext callContext) {
        ObjectNode own = JsonRpcCodec.JSON.createObjectNode();
        if (COUNTED_REQUESTS.contains(method)) {
            own.setAll(callContext.unknownParams());
        }
        own.setAll(params);
        return send(method, own, timeout, callContext);
    }

    /** Completes the params, which are ours, and asks. */
    private ObjectNode send(String method, ObjectNode params, Duration timeout, WorkerCallContext callContext) {
        long id = channel.nextId();
        params.setAll(callContext.continuation());
        callContext.logLevel().ifPresent(notifications::logFor);
        ObjectNode meta = meta(callContext, id);
        if (!meta.isEmpty()) {
            params.set("_meta", meta);
        }
        return result(
                method,
                channel.request(id, method, params, timeout, callContext, tellingCancelled(callContext)),
                callContext);
    }

    @Override
    public PendingCall awaiting(String question) {
        return channel.awaiting(question);
    }

    @Override
    public ObjectNode resume(PendingCall call, Duration timeout, WorkerCallContext callContext) {
        return result(
                call.method(),
                channel.awaitAnswer(call, timeout, callContext, tellingCancelled(callContext)),
                callContext);
    }

    @Override
    public void abandon(PendingCall call) {
        channel.abandon(call, tellingCancelled(WorkerCallContext.none()));
    }

    /** The caller's metadata with our own protocol keys, and our own token for its progress. */
    private ObjectNode meta(WorkerCallContext callContext, long id) {
        ObjectNode meta = JsonRpcCodec.JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> entry : callContext.meta().properties()) {
            if (entry.getKey().equals(PROGRESS_TOKEN)) {
                meta.put(PROGRESS_TOKEN, id);
            } else if (!McpGeneration.isOwnKey(entry.getKey())) {
                meta.set(entry.getKey(), entry.getValue());
            }
        }
        if (generation.modern()) {
            generation.meta(callContext.clientCapabilities()).ifPresent(meta::setAll);
            callContext.logLevel().ifPresent(level -> meta.put(McpGeneration.PREFIX + "logLevel", level));
        }
        return meta;
    }

    private Consumer<PendingCall> tellingCancelled(WorkerCallContext caller) {
        return call -> channel.sendNotification(
                "notifications/cancelled", generation.cancellation(call.id(), caller.cancelReason()));
    }

    private ObjectNode result(String method, JsonNode answer, WorkerCallContext callContext) {
        if (!(answer instanceof ObjectNode result)) {
            throw malformed("a result of " + method + " is an object, this is not");
        }
        String type = result.path("resultType").asString(COMPLETE);
        boolean task =
                type.equals(TaskIdLocator.TASK) && TaskIdLocator.declaresExtension(callContext.clientCapabilities());
        if (!type.equals(COMPLETE) && !type.equals(WorkerAnswer.INPUT_REQUIRED) && !task) {
            throw malformed("a result of type " + type + ", which is not supported");
        }
        if (type.equals(COMPLETE)) {
            if (method.equals(TOOLS_CALL) && TaskIdLocator.madeBy(result).isEmpty()) {
                complete(result);
            }
            result.remove("resultType");
        }
        McpGeneration.removeOwnKeys(result);
        return result;
    }

    /** A result without content has none, as the TypeScript SDK takes it. */
    private void complete(ObjectNode result) {
        JsonNode content = result.path("content");
        if (content.isMissingNode() || content.isNull()) {
            result.putArray("content");
        } else if (!content.isArray()) {
            throw malformed("a tool result whose content is no list");
        }
    }

    private WorkerCallException malformed(String what) {
        return new WorkerCallException(
                WorkerCallException.Kind.MALFORMED, "worker " + label + " sent no valid answer: " + what);
    }

    @Override
    public Optional<String> problem(String method, Duration timeout) {
        boolean ping = method.equals(PING);
        JsonNode answer = channel.request(ping ? generation.pingMethod() : method, params(), timeout);
        if (ping) {
            return answer.isObject() ? Optional.empty() : Optional.of("it answered a ping with " + answer);
        }
        return HealthReplyValidator.problem(answer);
    }

    private ObjectNode params() {
        ObjectNode params = JsonRpcCodec.JSON.createObjectNode();
        generation.meta().ifPresent(meta -> params.set("_meta", meta));
        return params;
    }
}
