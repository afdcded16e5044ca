package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ProtocolVersions;
import io.weathervane.tool.Role;
import io.weathervane.util.MemoryBudget;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * {@code /mcp}: Streamable HTTP of both eras. POST carries one message, which says itself of which era it is; GET
 * and DELETE are about a legacy session.
 */
final class McpHandler implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(McpHandler.class);

    /** What a client without a session may use. */
    static final String STATELESS = "POST";

    private static final String ALLOWED = "POST, GET, DELETE";

    private final McpDispatcher dispatcher;
    private final Admission admission;
    private final ModernPost modern;
    private final LegacyPost legacy;
    private final BatchPost batches;
    private final SessionDoor door;
    private final int bodyBytes;
    private final BodyMemory memory;
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
        this.batches = new BatchPost(dispatcher, admission, sessions, streams);
        this.door = new SessionDoor(sessions, streams);
        this.bodyBytes = bodyBytes;
        this.memory = new BodyMemory(MemoryBudget.ofCalls(), bodyBytes);
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
            Optional<JsonRpcMessage> early = turn.early().flatMap(EarlyBody::message);
            if (early.isPresent()) {
                received(turn, accepted, early.get());
            } else if (turn.early().isPresent()) {
                received(turn, accepted, turn.early().get().bytes());
            } else {
                readLate(turn, accepted);
            }
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

    /** A body that may be large has memory until its calls have ended. */
    private void readLate(Turn turn, Accepted accepted) throws IOException, HttpBody.TooLargeException {
        Optional<BodyMemory.Claim> claimed = memory.claim(turn);
        if (claimed.isEmpty()) {
            HttpBody.discard(turn, bodyBytes);
            connections.bodyHasCome(turn.request());
            HttpReply.later(turn, HttpStatus.SERVICE_UNAVAILABLE_503, HttpReply.SOON, memory.refusal(turn));
            return;
        }
        try (BodyMemory.Claim claim = claimed.get()) {
            byte[] body = HttpBody.read(turn.request(), bodyBytes, drainBytes);
            connections.bodyHasCome(turn.request());
            claim.isOnly(body.length);
            received(turn, accepted, body);
        }
    }

    private void received(Turn turn, Accepted accepted, byte[] body) {
        Optional<List<JsonNode>> batch = JsonRpcCodec.batch(body);
        if (batch.isPresent()) {
            batches.received(turn, accepted, batch.get(), version(turn));
        } else {
            received(turn, accepted, JsonRpcCodec.read(body));
        }
    }

    private static Optional<String> version(Turn turn) {
        return Optional.ofNullable(turn.headers().get(HeaderCheck.VERSION)).map(String::trim);
    }

    private void received(Turn turn, Accepted accepted, JsonRpcMessage message) {
        Optional<String> version = version(turn);
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
            Optional<Role> missing = Admission.roleMissing(turn, mcpRequest, dispatcher);
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

    @Override
    public void close() {
        batches.close();
    }

    private static boolean isUnknown(String version) {
        return !ProtocolVersions.isLegacy(version) && !ProtocolVersions.isModern(version);
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
