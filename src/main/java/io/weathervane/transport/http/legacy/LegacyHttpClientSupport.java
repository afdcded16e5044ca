package io.weathervane.transport.http.legacy;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.transport.http.EventStreamRegistry;
import io.weathervane.transport.http.HttpExchange;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.LegacyHttpSupport;
import io.weathervane.transport.http.RequestAdmission;
import io.weathervane.util.Ticker;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The legacy generation on one HTTP server. */
public final class LegacyHttpClientSupport implements LegacyHttpSupport {
    private final HttpSessions sessions;
    private final LegacyPostHandler posts;
    private final BatchPostHandler batches;
    private final SessionEndpoint endpoint;

    public LegacyHttpClientSupport(
            McpDispatcher dispatcher,
            HttpOptions options,
            EventStreamRegistry streams,
            RequestAdmission admission,
            Ticker ticker) {
        this.sessions = new HttpSessions(
                dispatcher, options.bounds().sessions(), options.timeouts().sessionIdle(), ticker);
        this.posts = new LegacyPostHandler(dispatcher, sessions, streams);
        this.batches = new BatchPostHandler(dispatcher, admission, sessions, streams);
        this.endpoint = new SessionEndpoint(sessions, streams);
    }

    @Override
    public void requested(HttpExchange httpExchange, McpRequest request) {
        posts.requested(httpExchange, request);
    }

    @Override
    public void received(HttpExchange httpExchange, JsonRpcMessage message) {
        posts.received(httpExchange, message);
    }

    @Override
    public void received(HttpExchange httpExchange, List<JsonNode> batch, Optional<String> version) {
        batches.received(httpExchange, batch, version);
    }

    @Override
    public void get(HttpExchange httpExchange) {
        endpoint.get(httpExchange);
    }

    @Override
    public void delete(HttpExchange httpExchange) {
        endpoint.delete(httpExchange);
    }

    @Override
    public void dropIdle() {
        sessions.dropIdle();
    }

    @Override
    public void endStandalone() {
        sessions.endStandalone();
    }

    @Override
    public void close() {
        sessions.close();
        batches.close();
    }
}
