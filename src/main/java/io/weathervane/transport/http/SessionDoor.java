package io.weathervane.transport.http;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.ProtocolVersions;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.http.HttpStatus;

/**
 * GET and DELETE, which are there for legacy sessions only: the stream of messages that belong to no request,
 * the rest of a stream that was cut off, and the session's end. A modern client has neither.
 */
final class SessionDoor {
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final HttpSessions sessions;
    private final EventStreams streams;

    SessionDoor(HttpSessions sessions, EventStreams streams) {
        this.sessions = sessions;
        this.streams = streams;
    }

    void delete(Turn turn) {
        String id = turn.headers().get(HttpSessions.HEADER);
        if (isForLegacy(turn)) {
            if (id == null) {
                HttpReply.refused(turn, HttpStatus.BAD_REQUEST_400, "DELETE needs the header " + HttpSessions.HEADER);
            } else if (sessions.end(id, turn.caller())) {
                HttpReply.empty(turn, HttpStatus.NO_CONTENT_204);
            } else {
                HttpReply.unknownSession(turn);
            }
        }
    }

    /** Without a session there is no stream to open, and clients take 405 for exactly that. */
    void get(Turn turn) {
        String id = turn.headers().get(HttpSessions.HEADER);
        if (isForLegacy(turn)) {
            if (id == null) {
                HttpReply.methodNotAllowed(turn, McpHandler.STATELESS);
            } else if (!Accepted.of(turn.headers()).events()) {
                HttpReply.refused(
                        turn,
                        HttpStatus.NOT_ACCEPTABLE_406,
                        "GET opens a text/event-stream; the Accept header must say it");
            } else {
                sessions.find(id, turn.caller())
                        .ifPresentOrElse(session -> stream(turn, session), () -> HttpReply.unknownSession(turn));
            }
        }
    }

    /** Answers a client that is not of a version with sessions. */
    private static boolean isForLegacy(Turn turn) {
        String version = turn.headers().get(HeaderCheck.VERSION);
        if (version == null || ProtocolVersions.isLegacy(version.trim())) {
            return true;
        }
        if (ProtocolVersions.isModern(version.trim())) {
            HttpReply.methodNotAllowed(turn, McpHandler.STATELESS);
        } else {
            HttpReply.unsupportedVersion(turn);
        }
        return false;
    }

    private void stream(Turn turn, HttpSession session) {
        String lastEventId = turn.headers().get(LAST_EVENT_ID);
        if (lastEventId == null) {
            open(turn, session, session.standalone(), OptionalLong.empty());
            return;
        }
        Optional<HttpSession.Position> position = session.position(lastEventId);
        if (position.isPresent()) {
            open(
                    turn,
                    session,
                    position.get().stream(),
                    OptionalLong.of(position.get().event()));
        } else {
            HttpReply.refused(
                    turn,
                    HttpStatus.BAD_REQUEST_400,
                    "the stream of this Last-Event-ID is not known any more; GET without it opens a new one");
        }
    }

    private void open(Turn turn, HttpSession session, SessionStream stream, OptionalLong after) {
        if (!streams.reserveLasting()) {
            HttpReply.busy(turn, new JsonRpcException(ErrorCode.INTERNAL_ERROR, streams.noPlace()).toFailure(null));
            return;
        }
        session.enter();
        EventStream connection = streams.open(turn);
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
