package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.Caller;

/** One request's way back to its client, provided by the transport. Its methods may come from any thread. */
public interface ResponseChannel {
    Caller caller();

    /** Where the client is, as far as the transport knows it; empty when that tells nothing. */
    default String address() {
        return "";
    }

    /**
     * Sends a message that belongs to the request, before its answer: a notification, or to a legacy client a
     * request of ours. A client that is gone is no error.
     *
     * @return false when the client takes nothing but the answer
     */
    boolean send(JsonRpcMessage message);

    /**
     * Closes the connection that the client waits on, where it can come back for the rest; what is sent from then on
     * is kept for it. Does nothing elsewhere.
     */
    default void detach() {}

    /** Sends the answer; comes at most once, and nothing after it. */
    void answer(JsonRpcMessage.Response response);

    /** The request was cancelled: there will be no answer. Comes at most once, and nothing after it. */
    void abandon();
}
