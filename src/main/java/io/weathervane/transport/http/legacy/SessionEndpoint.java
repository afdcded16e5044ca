package io.weathervane.transport.http.legacy;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.ProtocolVersions;
import io.weathervane.transport.http.EventStream;
import io.weathervane.transport.http.EventStreamRegistry;
import io.weathervane.transport.http.HttpExchange;
import io.weathervane.transport.http.JsonResponses;
import io.weathervane.transport.http.LegacyHttpSupport;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Serves GET and DELETE, which only legacy sessions use: the stream of messages that belong to no request,
 * the rest of a stream that was cut off, and the session's end. A modern client has neither.
 */
final class SessionEndpoint {
    /** What a client without a session may use. */
    private static final String STATELESS = "POST";

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final HttpSessions sessions;
    private final EventStreamRegistry streams;

    SessionEndpoint(HttpSessions sessions, EventStreamRegistry streams) {
        this.sessions = sessions;
        this.streams = streams;
    }

    void delete(HttpExchange httpExchange) {
        String id = httpExchange.headers().get(LegacyHttpSupport.SESSION_HEADER);
        if (isForLegacy(httpExchange)) {
            if (id == null) {
                JsonResponses.refused(
                        httpExchange,
                        HttpStatus.BAD_REQUEST_400,
                        "DELETE needs the header " + LegacyHttpSupport.SESSION_HEADER);
            } else if (sessions.end(id, httpExchange.caller())) {
                JsonResponses.empty(httpExchange, HttpStatus.NO_CONTENT_204);
            } else {
                HttpSessions.refuseUnknown(httpExchange);
            }
        }
    }

    /** Without a session there is no stream to open, and clients take 405 for exactly that. */
    void get(HttpExchange httpExchange) {
        String id = httpExchange.headers().get(LegacyHttpSupport.SESSION_HEADER);
        if (isForLegacy(httpExchange)) {
            if (id == null) {
                JsonResponses.methodNotAllowed(httpExchange, STATELESS);
            } else if (!httpExchange.accepted().events()) {
                JsonResponses.refused(
                        httpExchange,
                        HttpStatus.NOT_ACCEPTABLE_406,
                        "GET opens a text/event-stream; the Accept header must say it");
            } else {
                sessions.find(id, httpExchange.caller())
                        .ifPresentOrElse(
                                session -> stream(httpExchange, session),
                                () -> HttpSessions.refuseUnknown(httpExchange));
            }
        }
    }

    /** Answers a client that is not of a version with sessions. */
    private static boolean isForLegacy(HttpExchange httpExchange) {
        Optional<String> version = httpExchange.version();
        if (version.filter(named -> !ProtocolVersions.isLegacy(named)).isEmpty()) {
            return true;
        }
        if (ProtocolVersions.isModern(version.get())) {
            JsonResponses.methodNotAllowed(httpExchange, STATELESS);
        } else {
            JsonResponses.unsupportedVersion(httpExchange);
        }
        return false;
    }

    private void stream(HttpExchange httpExchange, HttpSession session) {
        String lastEventId = httpExchange.headers().get(LAST_EVENT_ID);
        if (lastEventId == null) {
            open(httpExchange, session, session.standalone(), OptionalLong.empty());
            return;
        }
        Optional<HttpSession.Position> position = session.position(lastEventId);
        if (position.isPresent()) {
            open(
                    httpExchange,
                    session,
                    position.get().stream(),
                    OptionalLong.of(position.get().event()));
        } else {
            JsonResponses.refused(
                    httpExchange,
                    HttpStatus.BAD_REQUEST_400,
                    "the stream of this Last-Event-ID is not known any more; GET without it opens a new one");
        }
    }

    private void open(HttpExchange httpExchange, HttpSession session, SessionStream stream, OptionalLong after) {
        if (!streams.reserveLasting()) {
            JsonResponses.busy(
                    httpExchange, new JsonRpcException(ErrorCode.INTERNAL_ERROR, streams.noPlace()).toFailure(null));
            return;
        }
        session.enter();
        EventStream connection = streams.open(httpExchange);
        connection.whenOver(() -> {
            session.leave(streams.nanos());
            streams.releaseLasting();
        });
        if (after.isPresent()) {
            stream.connect(connection, after.getAsLong(), session.primes());
        } else {
            stream.connect(connection, session.primes());
        }
    }
}
