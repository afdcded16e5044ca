package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ProtocolVersions;
import io.weathervane.mcp.RunningCall;
import io.weathervane.transport.http.HttpSessions.HttpSession;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /mcp}: Streamable HTTP of both eras. POST carries one message; DELETE ends a legacy session; GET,
 * the stream of messages that belong to no request, is not there yet.
 */
final class McpHandler {
    private static final Logger log = LoggerFactory.getLogger(McpHandler.class);

    private static final String ALLOWED = "POST, DELETE";

    private final McpDispatcher dispatcher;
    private final HttpSessions sessions;
    private final EventStreams streams;
    private final long drainBytes;
    private final Ticker ticker;

    McpHandler(McpDispatcher dispatcher, HttpOptions options, EventStreams streams, Ticker ticker) {
        this.dispatcher = dispatcher;
        this.sessions = new HttpSessions(options.sessions(), options.sessionIdle(), ticker);
        this.streams = streams;
        this.drainBytes = options.drainBytes();
        this.ticker = ticker;
    }

    void handle(Turn turn) {
        switch (turn.request().getMethod()) {
            case "POST" -> post(turn);
            case "DELETE" -> delete(turn);
            default -> HttpReply.methodNotAllowed(turn, ALLOWED);
        }
    }

    private void delete(Turn turn) {
        String id = turn.headers().get(HttpSessions.HEADER);
        if (id == null) {
            HttpReply.refused(turn, HttpStatus.BAD_REQUEST_400, "DELETE needs the header " + HttpSessions.HEADER);
        } else if (sessions.end(id, turn.caller())) {
            HttpReply.empty(turn, HttpStatus.NO_CONTENT_204);
        } else {
            unknownSession(turn);
        }
    }

    private void post(Turn turn) {
        if (!isJson(turn.headers())) {
            HttpReply.refused(
                    turn,
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "the body must be application/json in UTF-8 (curl: -H 'Content-Type: application/json')");
        } else if (Accepted.of(turn.headers()).nothing()) {
            HttpReply.refused(
                    turn,
                    HttpStatus.NOT_ACCEPTABLE_406,
                    "the answer is application/json or text/event-stream, and the Accept header allows neither");
        } else {
            read(turn);
        }
    }

    private void read(Turn turn) {
        try {
            received(turn, JsonRpcCodec.read(HttpBody.read(turn.request(), drainBytes)));
        } catch (JsonRpcReadException e) {
            HttpReply.message(turn, HttpStatus.BAD_REQUEST_400, e.failure());
        } catch (HttpBody.TooLargeException e) {
            if (!e.drained()) {
                HttpReply.closeAfter(turn);
            }
            HttpReply.refused(turn, HttpStatus.PAYLOAD_TOO_LARGE_413, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            log.debug("A client went away before its request had come", e);
            turn.callback().failed(e);
        }
    }

    private void received(Turn turn, JsonRpcMessage message) {
        Optional<String> version =
                Optional.ofNullable(turn.headers().get(HeaderCheck.VERSION)).map(String::trim);
        if (message instanceof JsonRpcMessage.Request request) {
            requested(turn, request, version);
            return;
        }
        boolean modern =
                version.filter(name -> !ProtocolVersions.isLegacy(name)).isPresent();
        if (!modern) {
            notified(turn, message);
        } else if (message instanceof JsonRpcMessage.Notification) {
            HttpReply.empty(turn, HttpStatus.ACCEPTED_202);
        } else {
            HttpReply.refused(turn, HttpStatus.BAD_REQUEST_400, "this server sends no requests to answer");
        }
    }

    /** A legacy notification, or an answer to a request of ours, of which there are none yet. */
    private void notified(Turn turn, JsonRpcMessage message) {
        String id = turn.headers().get(HttpSessions.HEADER);
        Optional<HttpSession> session = id == null ? Optional.empty() : sessions.find(id, turn.caller());
        if (id != null && session.isEmpty()) {
            unknownSession(turn);
            return;
        }
        if (message instanceof JsonRpcMessage.Notification notification) {
            session.ifPresent(present -> present.calls().notified(notification));
        }
        HttpReply.empty(turn, HttpStatus.ACCEPTED_202);
    }

    private void requested(Turn turn, JsonRpcMessage.Request request, Optional<String> version) {
        try {
            McpRequest mcpRequest = McpRequest.of(request, version);
            if (mcpRequest.isModern()) {
                modern(turn, mcpRequest);
            } else {
                legacy(turn, mcpRequest);
            }
        } catch (JsonRpcException e) {
            HttpReply.message(turn, HttpStatus.BAD_REQUEST_400, e.toFailure(request.id()));
        }
    }

    /** The headers, the version and the method decide the status; nothing that comes after them can change it. */
    private void modern(Turn turn, McpRequest request) {
        HeaderCheck.verify(turn.headers(), request, dispatcher::inputSchemaOf);
        try {
            dispatcher.admit(request);
        } catch (JsonRpcException e) {
            boolean unknown = e.code() == ErrorCode.METHOD_NOT_FOUND.code();
            int status = unknown ? HttpStatus.NOT_FOUND_404 : HttpStatus.BAD_REQUEST_400;
            HttpReply.message(turn, status, e.toFailure(request.request().id()));
            return;
        }
        dispatcher.run(call(turn, request));
    }

    /** A session is asked for by nothing that is served yet, so a request without one is as good. */
    private void legacy(Turn turn, McpRequest request) {
        String id = turn.headers().get(HttpSessions.HEADER);
        if (id == null || request.isInitialize()) {
            dispatcher.run(call(turn, request));
            return;
        }
        Optional<HttpSession> session = sessions.find(id, turn.caller());
        if (session.isPresent()) {
            runIn(session.get(), turn, request);
        } else {
            unknownSession(turn);
        }
    }

    private void runIn(HttpSession session, Turn turn, McpRequest request) {
        RunningCall call = call(turn, request);
        if (!session.calls().add(call)) {
            throw new JsonRpcException(
                    ErrorCode.INVALID_REQUEST, "Invalid request: a request with this id is running already");
        }
        dispatcher.run(call);
    }

    private RunningCall call(Turn turn, McpRequest request) {
        HttpAnswer answer = new HttpAnswer(turn, request.isModern(), streams, ticker);
        if (request.isInitialize()) {
            answer.opensSession(() -> sessions.open(turn.caller()));
        }
        RunningCall call = dispatcher.open(request, answer);
        answer.belongsTo(call);
        return call;
    }

    private static void unknownSession(Turn turn) {
        HttpReply.refused(
                turn, HttpStatus.NOT_FOUND_404, "the session is unknown or has ended; begin again with initialize");
    }

    private static boolean isJson(HttpFields headers) {
        HttpField field = headers.getField(HttpHeader.CONTENT_TYPE);
        if (field == null || headers.contains(HttpHeader.CONTENT_ENCODING)) {
            return false;
        }
        String type = field.getValue().toLowerCase(Locale.ROOT);
        if (type.equals("application/json")) {
            return true;
        }
        String[] parts = type.split(";", 2);
        String parameters = parts.length == 2 ? parts[1].replace("\"", "").replace(" ", "") : "";
        boolean utf8 = !parameters.contains("charset=") || parameters.contains("charset=utf-8");
        return parts[0].trim().equals("application/json") && utf8;
    }
}
