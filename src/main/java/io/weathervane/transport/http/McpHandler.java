package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.JsonRpcReadException;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpRequest;
import io.weathervane.mcp.ProtocolVersions;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.RequestedTool;
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
 * {@code /mcp}: Streamable HTTP of both generations. POST carries one message, which says itself of which generation it is; GET
 * and DELETE are about a legacy session.
 */
final class McpHandler {
    private static final Logger log = LoggerFactory.getLogger(McpHandler.class);

    private static final String ALLOWED = "POST, GET, DELETE";

    private final McpDispatcher dispatcher;
    private final RequestAdmission admission;
    private final ModernPostHandler modern;
    private final LegacyHttpSupport legacy;
    private final RequestBodyReader.Limits bodies;
    private final BodyMemoryBudget memory;
    private final ConnectionLimit connections;

    McpHandler(
            McpDispatcher dispatcher,
            RequestAdmission admission,
            LegacyHttpSupport legacy,
            EventStreamRegistry streams,
            RequestBodyReader.Limits bodies,
            ConnectionLimit connections) {
        this.dispatcher = dispatcher;
        this.admission = admission;
        this.modern = new ModernPostHandler(dispatcher, streams);
        this.legacy = legacy;
        this.bodies = bodies;
        this.memory = new BodyMemoryBudget(MemoryBudget.ofCalls(), bodies.bytes());
        this.connections = connections;
    }

    /** Whether {@link #handle} answers the exchange without waiting for anything, least of all for the client. */
    boolean answersAtOnce(HttpExchange httpExchange) {
        return httpExchange
                        .prefetched()
                        .flatMap(PrefetchedBody::tool)
                        .filter(RequestedTool::answersAtOnce)
                        .isPresent()
                && httpExchange.accepted().json();
    }

    PrefetchedBody prefetched(byte[] body) {
        return PrefetchedBody.of(body, dispatcher);
    }

    void handle(HttpExchange httpExchange) {
        switch (httpExchange.request().getMethod()) {
            case "POST" -> post(httpExchange);
            case "GET" -> legacy.get(httpExchange);
            case "DELETE" -> legacy.delete(httpExchange);
            default -> JsonResponses.methodNotAllowed(httpExchange, ALLOWED);
        }
    }

    private void post(HttpExchange httpExchange) {
        if (!isJson(httpExchange.headers())) {
            JsonResponses.refusedUnread(
                    httpExchange,
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "the body must be application/json in UTF-8 (curl: -H 'Content-Type: application/json')");
        } else if (httpExchange.accepted().nothing()) {
            JsonResponses.refusedUnread(
                    httpExchange,
                    HttpStatus.NOT_ACCEPTABLE_406,
                    "the answer is application/json or text/event-stream, and the Accept header allows neither");
        } else {
            read(httpExchange);
        }
    }

    private void read(HttpExchange httpExchange) {
        try {
            Optional<JsonRpcMessage> early = httpExchange.prefetched().flatMap(PrefetchedBody::message);
            if (early.isPresent()) {
                received(httpExchange, early.get());
            } else if (httpExchange.prefetched().isPresent()) {
                received(httpExchange, httpExchange.prefetched().get().bytes());
            } else {
                readLate(httpExchange);
            }
        } catch (JsonRpcReadException e) {
            JsonResponses.message(httpExchange, HttpStatus.BAD_REQUEST_400, e.failure());
        } catch (RequestBodyReader.TooLargeException e) {
            if (!e.drained()) {
                JsonResponses.closeAfter(httpExchange);
            }
            JsonResponses.refused(httpExchange, HttpStatus.PAYLOAD_TOO_LARGE_413, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            log.debug("A client went away before its request had come", e);
            httpExchange.callback().failed(e);
        }
    }

    /** A body that may be large has memory until its calls have ended. */
    private void readLate(HttpExchange httpExchange) throws IOException, RequestBodyReader.TooLargeException {
        Optional<BodyMemoryBudget.Claim> claimed = memory.claim(httpExchange);
        if (claimed.isEmpty()) {
            RequestBodyReader.discard(httpExchange, bodies.bytes());
            connections.bodyReceived(httpExchange.request());
            JsonResponses.later(
                    httpExchange, HttpStatus.SERVICE_UNAVAILABLE_503, JsonResponses.SOON, memory.refusal(httpExchange));
            return;
        }
        try (BodyMemoryBudget.Claim claim = claimed.get()) {
            byte[] body = RequestBodyReader.read(httpExchange.request(), bodies.bytes(), bodies.drained());
            connections.bodyReceived(httpExchange.request());
            claim.shrinkTo(body.length);
            received(httpExchange, body);
        }
    }

    private void received(HttpExchange httpExchange, byte[] body) {
        Optional<List<JsonNode>> batch = JsonRpcCodec.batch(body);
        if (batch.isPresent()) {
            legacy.received(httpExchange, batch.get(), httpExchange.version());
        } else {
            received(httpExchange, JsonRpcCodec.read(body));
        }
    }

    private void received(HttpExchange httpExchange, JsonRpcMessage message) {
        Optional<String> version = httpExchange.version();
        if (message instanceof JsonRpcMessage.Request request) {
            requested(httpExchange, request, version);
        } else if (version.isEmpty() || ProtocolVersions.isLegacy(version.get())) {
            legacy.received(httpExchange, message);
        } else if (ProtocolVersions.isModern(version.get())) {
            modern.received(httpExchange, message);
        } else {
            JsonResponses.unsupportedVersion(httpExchange);
        }
    }

    private void requested(HttpExchange httpExchange, JsonRpcMessage.Request request, Optional<String> version) {
        if (request.method().equals("initialize")
                && version.filter(McpHandler::isUnknown).isPresent()) {
            JsonResponses.unsupportedVersion(httpExchange, request.id());
            return;
        }
        try {
            TraceHeaderMapper.addTo(request, httpExchange.headers());
            RequestedWorkerHeaderMapper.addTo(request, httpExchange.headers());
            McpRequest mcpRequest = McpRequest.of(request, version, tool(httpExchange, request));
            Optional<CallerRole> missing = RequestAdmission.roleMissing(httpExchange, mcpRequest, dispatcher);
            if (missing.isPresent()) {
                admission.refuseFor(missing.get(), httpExchange, mcpRequest);
            } else if (mcpRequest.isModern()) {
                modern.requested(httpExchange, mcpRequest);
            } else {
                legacy.requested(httpExchange, mcpRequest);
            }
        } catch (JsonRpcException e) {
            JsonResponses.message(httpExchange, HttpStatus.BAD_REQUEST_400, e.toFailure(request.id()));
        }
    }

    /** What was found while nothing waited is not looked up again. */
    private Optional<RequestedTool> tool(HttpExchange httpExchange, JsonRpcMessage.Request request) {
        return httpExchange.prefetched().isPresent()
                ? httpExchange.prefetched().get().tool()
                : dispatcher.toolOf(request);
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
