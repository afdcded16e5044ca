package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.transport.socket.SocketClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The server that owns a workspace, through the workspace's socket. */
final class SocketConnection implements ServerConnection {
    private final SocketClient client;
    private final Duration timeout;

    SocketConnection(Path stateFolder, Duration timeout) {
        this.client = SocketClient.connect(stateFolder);
        this.timeout = timeout;
    }

    @Override
    public JsonRpcMessage.Response request(
            String method, ObjectNode params, Consumer<JsonRpcMessage.Notification> heard) {
        return client.request(method, params, timeout, heard);
    }

    @Override
    public String address() {
        return client.path().toString();
    }

    @Override
    public void close() {
        client.close();
    }
}
