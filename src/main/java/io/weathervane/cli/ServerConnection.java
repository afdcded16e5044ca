package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** A way to ask a running server; throws {@code ServerUnreachableException} when no server answers. */
interface ServerConnection extends AutoCloseable {
    /** Sends a request and waits for its answer; what is told of it meanwhile goes to {@code heard}. */
    JsonRpcMessage.Response request(String method, ObjectNode params, Consumer<JsonRpcMessage.Notification> heard);

    /** How a person names the other end. */
    String address();

    @Override
    void close();
}
