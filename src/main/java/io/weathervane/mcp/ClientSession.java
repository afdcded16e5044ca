package io.weathervane.mcp;

import io.weathervane.jsonrpc.InputRequest;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.Caller;
import io.weathervane.tool.InputAnswer;
import io.weathervane.tool.LogLevel;
import io.weathervane.tool.UnsolicitedNotificationChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * State that a server keeps of a client between its requests: of a process's standard input and output, or of an HTTP
 * session. It knows the client and asks it questions in the legacy generation only; modern requests carry everything
 * themselves. Safe for use by several threads.
 */
public interface ClientSession extends AutoCloseable, UnsolicitedNotificationChannel {
    /** The way to the client for messages that belong to no request of it. */
    @FunctionalInterface
    interface Outlet {
        /** Sends the message, or drops it when there is no way now. */
        void send(JsonRpcMessage.Notification notification);
    }

    /** Differs from that of every other client. */
    String key();

    /** Its {@code initialize} is begun: until that is answered nothing is sent that belongs to no request. */
    void introduced(RunningCall initialize);

    /** The requests of this client that are being worked on. */
    RunningCalls calls();

    /**
     * Acts on a notification from the client, and passes on what is for another server: what its extensions define, where
     * the caller may change something there, and that the roots have changed. One that is unknown is ignored.
     */
    void notified(JsonRpcMessage.Notification notification, Caller caller);

    /** The client's answer to a question of ours; any other is ignored. */
    void answered(JsonRpcMessage.Response response);

    /** Whether the client has been welcomed: once is enough. */
    boolean isInitialized();

    /** Whether its version has batches of messages. */
    boolean hasBatches();

    /** Capabilities that the client declared. */
    ObjectNode capabilities();

    /** The mildest log message the client wants to see; empty when it has set no level. */
    Optional<LogLevel> logLevel();

    /** Another server's log message that belongs to no call. */
    void logged(ObjectNode params);

    /** Asks on the call's own stream, and waits for the answers. */
    Map<String, InputAnswer> ask(RunningCall call, Map<String, InputRequest> questions);

    /** Brings another server's request to the client on the call's own stream; see {@link io.weathervane.tool.CallChannel}. */
    CompletableFuture<ObjectNode> relay(
            RunningCall call, String method, ObjectNode params, Consumer<ObjectNode> progress);

    /** The client can still be written to, but says nothing any more: what waits for its answers ends. */
    void inputEnded();

    /** The client is gone: its calls are cancelled, and nothing is sent to it any more. */
    @Override
    void close();
}
