package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.util.Ticker;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Handler of requests to {@code /mcp} from clients of the legacy generation, with their sessions. The wiring hands it
 * in.
 */
public interface LegacyHttpSupport extends AutoCloseable {
    /** Names the session of a request; browsers may read it. */
    String SESSION_HEADER = "Mcp-Session-Id";

    /** Makes it for one server. */
    @FunctionalInterface
    interface Factory {
        LegacyHttpSupport create(
                McpDispatcher dispatcher,
                HttpOptions options,
                EventStreamRegistry streams,
                RequestAdmission admission,
                Ticker ticker);
    }

    /**
     * Answers the request.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException to be answered as a bad request
     */
    void requested(HttpExchange httpExchange, McpRequest request);

    /** Takes a notification, or the answer to a request of ours. */
    void received(HttpExchange httpExchange, JsonRpcMessage message);

    /** Answers a batch of messages. */
    void received(HttpExchange httpExchange, List<JsonNode> batch, Optional<String> version);

    void get(HttpExchange httpExchange);

    void delete(HttpExchange httpExchange);

    /** Ends the sessions that were not used for too long. */
    void dropIdle();

    /** Ends the streams that belong to no request: the server is about to close. */
    void endStandalone();

    @Override
    void close();
}
