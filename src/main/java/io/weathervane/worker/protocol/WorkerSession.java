package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerServerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A conversation with one worker in the dialect it speaks. Safe for use by several threads. */
public interface WorkerSession {
    /** Protocol in use: {@code mcp 2025-11-25}, {@code mcp 2026-07-28} or {@code json-rpc}. */
    String protocol();

    /** Server info from the worker's handshake. */
    default WorkerServerInfo serverInfo() {
        return WorkerServerInfo.NONE;
    }

    /** Whether the worker announces such a list, or has answered for it. */
    default boolean has(WorkerListKind list) {
        return serverInfo().has(list.capability());
    }

    /** The entries of the list as the worker gave them last. */
    List<ObjectNode> list(WorkerListKind list);

    /** The {@code _meta} of the list as the worker gave it last, but for the keys of the protocol itself. */
    default ObjectNode listMeta(WorkerListKind list) {
        return JsonRpcCodec.JSON.createObjectNode();
    }

    /**
     * The entries of the list now; throws {@link WorkerCallException} when the worker does not answer.
     *
     * @param caller cancels it
     */
    default List<ObjectNode> listNow(WorkerListKind list, Stopwatch stopwatch, WorkerCallContext caller) {
        return list(list);
    }

    /** The tools' definitions as they stand in {@code tools/list}. */
    default List<ObjectNode> tools() {
        return list(WorkerListKind.TOOLS);
    }

    /** Notifications that the worker is to send; empty when it never sends any. */
    default Optional<WorkerNotificationRequester> notifications() {
        return Optional.empty();
    }

    /** The tasks that the worker is to tell of; empty when it has no such thing. */
    default Optional<TaskStatusSubscription> taskStatusSubscription() {
        return Optional.empty();
    }

    /** Tells the worker something that a client said. */
    default void sendNotification(String method, ObjectNode params) {}

    /** Whether the worker was told that clients have roots, and that it hears when they change. */
    default boolean hasRoots() {
        return false;
    }

    /** A tool's result as MCP has it; throws {@link WorkerCallException} when there is none. */
    ObjectNode call(String tool, ObjectNode arguments, Duration timeout, WorkerCallContext callContext);

    /**
     * The result of any other request of MCP; throws {@link WorkerCallException} when there is none.
     *
     * @param params without {@code _meta}, which the scope has
     */
    default ObjectNode request(String method, ObjectNode params, Duration timeout, WorkerCallContext callContext) {
        throw new WorkerCallException(
                WorkerCallException.Kind.RPC_ERROR,
                ErrorCode.METHOD_NOT_FOUND.code(),
                "Method not found: " + method,
                /* data= */ null);
    }

    /** The call that awaits input for the question with this key. */
    default PendingCall awaiting(String question) {
        throw new AssertionError("only a worker that asks has calls that await input");
    }

    /** Waits further for the result of a call that awaits input, once its question is answered. */
    default ObjectNode resume(PendingCall call, Duration timeout, WorkerCallContext callContext) {
        throw new AssertionError("only a worker that asks has calls that await input");
    }

    /** Gives up a call that awaits input. */
    default void abandon(PendingCall call) {
        throw new AssertionError("only a worker that asks has calls that await input");
    }

    /** Asks once for the worker's health; throws {@link WorkerCallException} or returns why it is not healthy. */
    Optional<String> problem(String method, Duration timeout);

    default Optional<ObjectNode> tool(String name) {
        return tools().stream()
                .filter(tool -> name.equals(text(tool.get("name"))))
                .findFirst();
    }

    /** Whether a call of the tool may be made twice, by the tool's own annotations. */
    default boolean mayRetry(String name) {
        JsonNode hints = tool(name).map(tool -> tool.path("annotations")).orElse(null);
        return hints != null
                && (hints.path("readOnlyHint").asBoolean(false)
                        || hints.path("idempotentHint").asBoolean(false));
    }

    private static String text(JsonNode node) {
        return node == null ? "" : node.asString("");
    }
}
