package io.weathervane.jsonrpc;

import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client's call as the code that carries it out sees it, in this server or in a worker. Safe for use by several
 * threads.
 */
public interface ClientCall {
    /** Whether its client has cancelled it. */
    default boolean cancelled() {
        return false;
    }

    /** Why the client has cancelled the call, in its words; empty when it has not, or did not say. */
    default Optional<String> cancelReason() {
        return Optional.empty();
    }

    /** Whether this server ended the call because its operators block such calls: that says nothing of the worker. */
    default boolean isBlocked() {
        return false;
    }

    /** Runs the action once, when the call is cancelled; at once when it is already. */
    default void onCancel(Runnable action) {}

    /** The request's {@code _meta}, empty when it had none. */
    default ObjectNode meta() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Capabilities that the client declared, as MCP's client capabilities; empty for nothing. */
    default ObjectNode clientCapabilities() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Audience of messages and questions in this call: calls with equal audiences are those of one client. Empty when
     * there is no client: then it is asked nothing.
     */
    default Optional<Object> audience() {
        return Optional.empty();
    }

    /** Whether the call has {@code "arguments": null}, which another server may tell from none. */
    default boolean hasNullArguments() {
        return false;
    }

    /** The params of the request that MCP does not name, for another server to know. */
    default ObjectNode unknownParams() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Params' {@code task}, which makes the call one that goes on as a task of the worker's (MCP 2025-11-25). */
    default Optional<ObjectNode> task() {
        return Optional.empty();
    }

    /** Owner of the tasks that are made and requested here: the same for all calls of one principal. */
    default String owner() {
        return "";
    }

    /** Whether a task of another server that is not known to be any other caller's may be this one's. */
    default boolean seesUnknownTasks() {
        return false;
    }

    /** Runs the action once the answer is on its way, or the call has ended without; at once where there is none. */
    default void afterAnswer(Runnable action) {
        action.run();
    }

    /**
     * Key by which a canary weight selects callers: the same for all calls of one person who is known, else of one
     * session or connection, else of one address. Empty when none of them is known. It is no proof of anything.
     */
    default String callerKey() {
        return "";
    }
}
