package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.List;

/** Takes the messages of one request once its answer is an event stream. */
public interface MessageSink {
    /** Sends a message; to a client that is gone, nothing is sent. */
    void send(byte[] json);

    default void send(JsonRpcMessage message) {
        send(JsonRpcCodec.write(message));
    }

    /** Sends the last message and ends the stream. */
    void finish(byte[] json);

    default void finish(JsonRpcMessage message) {
        finish(JsonRpcCodec.write(message));
    }

    /** Sends the last messages, which may be none, and ends the stream. */
    default void finishAll(List<byte[]> messages) {
        if (messages.isEmpty()) {
            cut();
            return;
        }
        int last = messages.size() - 1;
        messages.subList(0, last).forEach(this::send);
        finish(messages.get(last));
    }

    /** Closes the connection, where the client can come back for the rest; does nothing elsewhere. */
    default void disconnect() {}

    /** Ends the stream and closes its connection, on which a thread may still be at work. */
    void cut();
}
