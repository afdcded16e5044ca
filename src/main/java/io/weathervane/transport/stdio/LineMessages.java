package io.weathervane.transport.stdio;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.ClientSession;
import io.weathervane.mcp.ResponseChannel;
import io.weathervane.tool.Caller;

/** A session as its legacy part sees it: each message of a line is served as one that came by itself. */
public interface LineMessages {
    ClientSession session();

    Caller caller();

    /**
     * Begins a request.
     *
     * @param bytes what it claims of the session's memory until it has ended
     * @param answers where its answer goes
     * @throws io.weathervane.jsonrpc.JsonRpcException with the failure to answer, when it is not begun
     */
    void serve(JsonRpcMessage.Request request, long bytes, ResponseChannel answers);

    /** Acts on a message that is no request: a notification, or an answer of the client's. */
    void received(JsonRpcMessage message);

    void write(JsonRpcMessage message);

    /** Writes several messages at once: a line with its end. */
    void write(byte[] line);
}
