package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.mcp.ProtocolVersions;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** The answers that are not a stream: a JSON body, or none. */
public final class JsonResponses {
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");

    private static final int RETRY_AFTER_SECONDS = 5;

    /** When to try again what the end of another request or connection makes possible. */
    static final Duration SOON = Duration.ofSeconds(1);

    private JsonResponses() {}

    public static void json(HttpExchange httpExchange, int status, byte[] body) {
        json(httpExchange, status, body, httpExchange.callback());
    }

    /**
     * Answers with the body.
     *
     * @param sent completes the exchange
     */
    public static void json(HttpExchange httpExchange, int status, byte[] body, Callback sent) {
        Response response = httpExchange.response();
        response.setStatus(status);
        response.getHeaders().put(JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), sent);
    }

    static void message(HttpExchange httpExchange, int status, JsonRpcMessage message) {
        json(httpExchange, status, JsonRpcCodec.write(message));
    }

    /** An error about the HTTP request itself; its id is unknown or does not matter. */
    public static void refused(HttpExchange httpExchange, int status, String why) {
        JsonRpcException error = new JsonRpcException(ErrorCode.INVALID_REQUEST, "Invalid request: " + why);
        message(httpExchange, status, error.toFailure(null));
    }

    /** An error of the server's own. What it was, the log has. */
    static void failed(HttpExchange httpExchange, int status, String what) {
        JsonRpcException error = new JsonRpcException(ErrorCode.INTERNAL_ERROR, "Internal error: " + what);
        message(httpExchange, status, error.toFailure(null));
    }

    /** The same as {@link #refused} for a request that is refused by its head: its body is read first, or its connection closed. */
    static void refusedUnread(HttpExchange httpExchange, int status, String why) {
        RequestBodyReader.discard(httpExchange);
        refused(httpExchange, status, why);
    }

    /** Nothing is wrong with the request, but there is no room for it now. */
    public static void busy(HttpExchange httpExchange, JsonRpcMessage.Failure why) {
        httpExchange.response().getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        message(httpExchange, HttpStatus.SERVICE_UNAVAILABLE_503, why);
    }

    /** The request cannot be served now; it can be sent again, not before so long. */
    public static void later(HttpExchange httpExchange, int status, Duration wait, String why) {
        long seconds = wait.plusMillis(999).toSeconds();
        httpExchange.response().getHeaders().put(HttpHeader.RETRY_AFTER, Long.toString(Math.max(1, seconds)));
        JsonRpcException error = new JsonRpcException(ErrorCode.INTERNAL_ERROR, "Try again later: " + why);
        message(httpExchange, status, error.toFailure(null));
    }

    /** The caller's access ended while its request was worked on. */
    public static void withheld(HttpExchange httpExchange) {
        refused(httpExchange, HttpStatus.UNAUTHORIZED_401, "the token is no longer good, so the answer is withheld");
    }

    public static void methodNotAllowed(HttpExchange httpExchange, String allowed) {
        httpExchange.response().getHeaders().put(HttpHeader.ALLOW, allowed);
        refusedUnread(httpExchange, HttpStatus.METHOD_NOT_ALLOWED_405, "use " + allowed + " here");
    }

    static void unsupportedVersion(HttpExchange httpExchange, RequestId id) {
        JsonRpcException error = new JsonRpcException(ErrorCode.INVALID_REQUEST, "Invalid request: " + noVersion());
        message(httpExchange, HttpStatus.BAD_REQUEST_400, error.toFailure(id));
    }

    private static String noVersion() {
        return HeaderBodyMatchValidator.VERSION + " is not one of " + String.join(", ", ProtocolVersions.all());
    }

    public static void unsupportedVersion(HttpExchange httpExchange) {
        refused(
                httpExchange,
                HttpStatus.BAD_REQUEST_400,
                HeaderBodyMatchValidator.VERSION + " is not one of " + String.join(", ", ProtocolVersions.all()));
    }

    public static void empty(HttpExchange httpExchange, int status) {
        httpExchange.response().setStatus(status);
        httpExchange.response().write(true, BufferUtil.EMPTY_BUFFER, httpExchange.callback());
    }

    /** The connection must not be used again after this answer. */
    static void closeAfter(HttpExchange httpExchange) {
        httpExchange.response().getHeaders().put(CLOSE);
    }
}
