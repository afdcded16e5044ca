package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcMessage;

/** Where the messages of one request go once its answer has become an event stream. */
interface Outflow {
    /** Sends a message; to a client that is gone, nothing is sent. */
    void send(JsonRpcMessage message);

    /** Sends the last message and ends the stream. */
    void finish(JsonRpcMessage message);

    /** Ends the stream and closes its connection, on which a thread may still be at work. */
    void cut();
}
