package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.RunningCall;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;

/** Handles a POST of a client of 2026-07-28: each request by itself, its headers repeating what its body says. */
final class ModernPostHandler {
    private final McpDispatcher dispatcher;
    private final EventStreamRegistry streams;

    ModernPostHandler(McpDispatcher dispatcher, EventStreamRegistry streams) {
        this.dispatcher = dispatcher;
        this.streams = streams;
    }

    /**
     * Answers the request: the headers, the version and the method decide the status.
     *
     * @throws JsonRpcException to be answered as a bad request
     */
    void requested(HttpExchange httpExchange, McpRequest request) {
        HeaderBodyMatchValidator.verify(httpExchange.headers(), request);
        try {
            dispatcher.admit(request);
        } catch (JsonRpcException e) {
            boolean unknown = e.code() == ErrorCode.METHOD_NOT_FOUND.code();
            int status = unknown ? HttpStatus.NOT_FOUND_404 : HttpStatus.BAD_REQUEST_400;
            JsonResponses.message(
                    httpExchange, status, e.toFailure(request.request().id()));
            return;
        }
        PostResponse response = new PostResponse(httpExchange, request, Optional.empty(), streams);
        if (!request.isListen() || hasPlace(httpExchange, request, response)) {
            RunningCall call = dispatcher.open(request, response);
            response.setCall(call);
            dispatcher.run(call);
        }
    }

    private boolean hasPlace(HttpExchange httpExchange, McpRequest request, PostResponse response) {
        if (!httpExchange.accepted().events()) {
            JsonResponses.message(
                    httpExchange,
                    HttpStatus.NOT_ACCEPTABLE_406,
                    failure(request, ErrorCode.INVALID_REQUEST, "its answer is text/event-stream; accept that"));
            return false;
        }
        if (!streams.reserveLasting()) {
            JsonResponses.busy(httpExchange, failure(request, ErrorCode.INTERNAL_ERROR, streams.noPlace()));
            return false;
        }
        response.markLasting();
        return true;
    }

    private static JsonRpcMessage.Failure failure(McpRequest request, ErrorCode code, String why) {
        return new JsonRpcException(code, "Not subscribed: " + why)
                .toFailure(request.request().id());
    }

    /** There is no notification for a modern client to send here, and no request of ours for it to answer. */
    void received(HttpExchange httpExchange, JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Notification) {
            JsonResponses.empty(httpExchange, HttpStatus.ACCEPTED_202);
        } else {
            JsonResponses.refused(httpExchange, HttpStatus.BAD_REQUEST_400, "this server sends no requests to answer");
        }
    }
}
