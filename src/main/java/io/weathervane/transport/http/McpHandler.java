package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ProtocolVersions;
import io.weathervane.tool.Caller;
import io.weathervane.tool.Role;
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
 * {@code /mcp}: Streamable HTTP of both eras. POST carries one message, which says itself of which era it is; GET
 * and DELETE are about a legacy session.
 */
final class McpHandler {
    private static final Logger log = LoggerFactory.getLogger(McpHandler.class);

    /** What a client without a session may use. */
    static final String STATELESS = "POST";

    private static final String ALLOWED = "POST, GET, DELETE";

    private final McpDispatcher dispatcher;
    private final Admission admission;
    private final ModernPost modern;
    private final LegacyPost legacy;
    private final SessionDoor door;
    private final int bodyBytes;
    private final long drainBytes;
    private final ConnectionLimit connections;

    McpHandler(
            McpDispatcher dispatcher,
            Admission admission,
            HttpSessions sessions,
            EventStreams streams,
            int bodyBytes,
            long drainBytes,
            ConnectionLimit connections) {
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.modern = new ModernPost(dispatcher, streams);
        this.legacy = new LegacyPost(dispatcher, sessions, streams);
        this.door = new SessionDoor(sessions, streams);
        this.bodyBytes = bodyBytes;
        this.drainBytes = drainBytes;
        this.connections = connections;
    }

    /** Whether {@link #handle} answers the turn without waiting for anything, least of all for the client. */
    boolean answersAtOnce(Turn turn) {
        return turn.early().flatMap(EarlyBody::message).orElse(null) instanceof JsonRpcMessage.Request request
                && dispatcher.answersAtOnce(request)
                && Accepted.of(turn.headers()).json();
    }

    boolean makesSafe(EarlyBody body) {
        return body.message().orElse(null) instanceof JsonRpcMessage.Request request && dispatcher.makesSafe(request);
    }

    void handle(Turn turn) {
        switch (turn.request().getMethod()) {
            case "POST" -> post(turn);
            case "GET" -> door.get(turn);
            case "DELETE" -> door.delete(turn);
            default -> HttpReply.methodNotAllowed(turn, ALLOWED);
        }
    }

    private void post(Turn turn) {
        Accepted accepted = Accepted.of(turn.headers());
        if (!isJson(turn.headers())) {
            HttpReply.refusedUnread(
                    turn,
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "the body must be application/json in UTF-8 (curl: -H 'Content-Type: application/json')");
        } else if (accepted.nothing()) {
            HttpReply.refusedUnread(
                    turn,
                    HttpStatus.NOT_ACCEPTABLE_406,
                    "the answer is application/json or text/event-stream, and the Accept header allows neither");
        } else {
            read(turn, accepted);
        }
    }

    private void read(Turn turn, Accepted accepted) {
        try {
            received(turn, accepted, message(turn));
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

    private JsonRpcMessage message(Turn turn) throws IOException, HttpBody.TooLargeException {
        if (turn.early().isEmpty()) {
            byte[] body = HttpBody.read(turn.request(), bodyBytes, drainBytes);
            connections.bodyHasCome(turn.request());
            return JsonRpcCodec.read(body);
        }
        EarlyBody early = turn.early().get();
        return early.message().isPresent() ? early.message().get() : JsonRpcCodec.read(early.bytes());
    }

    private void received(Turn turn, Accepted accepted, JsonRpcMessage message) {
        Optional<String> version =
                Optional.ofNullable(turn.headers().get(HeaderCheck.VERSION)).map(String::trim);
        if (message instanceof JsonRpcMessage.Request request) {
            requested(turn, accepted, request, version);
        } else if (version.isEmpty() || ProtocolVersions.isLegacy(version.get())) {
            legacy.received(turn, message);
        } else if (ProtocolVersions.isModern(version.get())) {
            modern.received(turn, message);
        } else {
            HttpReply.unsupportedVersion(turn);
        }
    }

    private void requested(Turn turn, Accepted accepted, JsonRpcMessage.Request request, Optional<String> version) {
        if (request.method().equals("initialize")
                && version.filter(McpHandler::isUnknown).isPresent()) {
            HttpReply.unsupportedVersion(turn, request.id());
            return;
        }
        try {
            TraceHeaders.addTo(request, turn.headers());
            WorkerHeader.addTo(request, turn.headers());
            McpRequest mcpRequest = McpRequest.of(request, version);
            Optional<Role> missing = roleMissing(turn.caller(), mcpRequest);
            if (missing.isPresent()) {
                admission.refuseFor(missing.get(), turn, mcpRequest);
            } else if (mcpRequest.isModern()) {
                modern.requested(turn, mcpRequest, accepted);
            } else {
                legacy.requested(turn, mcpRequest, accepted);
            }
        } catch (JsonRpcException e) {
            HttpReply.message(turn, HttpStatus.BAD_REQUEST_400, e.toFailure(request.id()));
        }
    }

    private static boolean isUnknown(String version) {
        return !ProtocolVersions.isLegacy(version) && !ProtocolVersions.isModern(version);
    }

    private Optional<Role> roleMissing(Caller caller, McpRequest request) {
        return caller.hasAll() ? Optional.empty() : dispatcher.roleMissing(request, caller);
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
