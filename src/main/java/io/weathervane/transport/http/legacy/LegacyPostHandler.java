package io.weathervane.transport.http.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ResponseChannel;
import io.weathervane.mcp.RunningCall;
import io.weathervane.tool.Caller;
import io.weathervane.transport.http.EventStreamRegistry;
import io.weathervane.transport.http.HttpExchange;
import io.weathervane.transport.http.JsonResponses;
import io.weathervane.transport.http.LegacyHttpSupport;
import io.weathervane.transport.http.PostResponse;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Handles a POST of a client of 2025-11-25 or older. A session is made at {@code initialize}; a request without one is
 * served too, as far as it needs none.
 */
final class LegacyPostHandler {
    private final McpDispatcher dispatcher;
    private final HttpSessions sessions;
    private final EventStreamRegistry streams;

    LegacyPostHandler(McpDispatcher dispatcher, HttpSessions sessions, EventStreamRegistry streams) {
        this.dispatcher = dispatcher;
        this.sessions = sessions;
        this.streams = streams;
    }

    /**
     * Answers the request.
     *
     * @throws JsonRpcException to be answered as a bad request
     */
    void requested(HttpExchange httpExchange, McpRequest request) {
        String id = httpExchange.headers().get(LegacyHttpSupport.SESSION_HEADER);
        if (request.isInitialize()) {
            initialize(httpExchange, request);
        } else if (id == null) {
            PostResponse postResponse = new PostResponse(httpExchange, request, Optional.empty(), streams);
            run(dispatcher.open(request, postResponse), postResponse);
        } else {
            Optional<HttpSession> session = sessions.find(id, httpExchange.caller());
            if (session.isPresent()) {
                runIn(session.get(), httpExchange, request);
            } else {
                HttpSessions.refuseUnknown(httpExchange);
            }
        }
    }

    /** A notification, or the answer to a request of ours. */
    void received(HttpExchange httpExchange, JsonRpcMessage message) {
        String id = httpExchange.headers().get(LegacyHttpSupport.SESSION_HEADER);
        Optional<HttpSession> session = id == null ? Optional.empty() : sessions.find(id, httpExchange.caller());
        if (id != null && session.isEmpty()) {
            HttpSessions.refuseUnknown(httpExchange);
            return;
        }
        session.ifPresent(present -> {
            if (message instanceof JsonRpcMessage.Notification notification) {
                present.client().notified(notification, httpExchange.caller());
            } else if (message instanceof JsonRpcMessage.Response response) {
                present.client().answered(response);
            }
        });
        JsonResponses.empty(httpExchange, HttpStatus.ACCEPTED_202);
    }

    private void runIn(HttpSession session, HttpExchange httpExchange, McpRequest request) {
        PostResponse postResponse = new PostResponse(httpExchange, request, Optional.of(session), streams);
        RunningCall call = dispatcher.open(request, postResponse, session.client());
        if (!session.client().calls().add(call)) {
            throw new JsonRpcException(
                    ErrorCode.INVALID_REQUEST, "Invalid request: a request with this id is running already");
        }
        session.enter();
        try {
            run(call, postResponse);
        } finally {
            session.leave(streams.nanos());
        }
    }

    private void run(RunningCall call, PostResponse postResponse) {
        postResponse.setCall(call);
        dispatcher.run(call);
    }

    private void initialize(HttpExchange httpExchange, McpRequest request) {
        HttpSession session = sessions.begin(httpExchange.caller());
        PostResponse postResponse = new PostResponse(httpExchange, request, Optional.empty(), streams);
        dispatcher.run(dispatcher.open(request, new Opening(httpExchange, session, postResponse), session.client()));
    }

    /** The answer to {@code initialize}: with a success the client gets its session, else there is none. */
    private final class Opening implements ResponseChannel {
        private final HttpExchange httpExchange;
        private final HttpSession session;
        private final PostResponse postResponse;

        Opening(HttpExchange httpExchange, HttpSession session, PostResponse postResponse) {
            this.httpExchange = httpExchange;
            this.session = session;
            this.postResponse = postResponse;
        }

        @Override
        public Caller caller() {
            return postResponse.caller();
        }

        @Override
        public boolean send(JsonRpcMessage message) {
            return postResponse.send(message);
        }

        @Override
        public void answer(JsonRpcMessage.Response response) {
            if (response instanceof JsonRpcMessage.Success success) {
                session.negotiated(success.result().path("protocolVersion").asString(""));
                sessions.add(session);
                httpExchange.response().getHeaders().put(LegacyHttpSupport.SESSION_HEADER, session.id());
            } else {
                session.close();
            }
            postResponse.answer(response);
        }

        @Override
        public void abandon() {
            session.close();
            postResponse.abandon();
        }
    }
}
