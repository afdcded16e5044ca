package io.weathervane.worker.remote;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.PeerMessageReader;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Decides whether a call whose answer says that it was not executed is sent again: once for each reason. */
final class CallRepetition {
    /** A broken stream is gone on with so often without anything new on it. */
    private static final int RESUMES_MAX = 5;

    /** Before a broken stream is gone on with, unless the server says how long: 1 s, and never longer than 10 s. */
    private static final Duration RESUME_PAUSE = Duration.ofSeconds(1);

    private static final Duration RESUME_PAUSE_MAX = Duration.ofSeconds(10);

    private final Set<Reason> used = EnumSet.noneOf(Reason.class);
    private int resumes;

    /** Reason why the call was not executed. */
    enum Reason {
        /** The server lets no one in with this token. */
        TOKEN_REFUSED,
        /** The server knows the session no longer. */
        SESSION_GONE,
        /** The server wants other headers of the tool's arguments than it said before (MCP 2026-07-28, -32020). */
        HEADERS_OLD,
        /** The server has no time now, and says when it has. */
        LATER
    }

    /** @param json whether the body is JSON, and whole */
    Optional<Reason> of(CompleteResponse answer, CallAttempt attempt, boolean json) {
        return reason(answer, attempt, json).filter(used::add);
    }

    private static Optional<Reason> reason(CompleteResponse answer, CallAttempt attempt, boolean json) {
        if (answer.status() == 401) {
            return Optional.of(Reason.TOKEN_REFUSED);
        }
        if (attempt.session()
                .filter(session -> SessionLoss.is(answer, session, json))
                .isPresent()) {
            return Optional.of(Reason.SESSION_GONE);
        }
        if (answer.status() == 400 && json && isHeaderMismatch(answer)) {
            return Optional.of(Reason.HEADERS_OLD);
        }
        return RetryAfter.in(answer).map(pause -> Reason.LATER);
    }

    private static boolean isHeaderMismatch(CompleteResponse answer) {
        return PeerMessageReader.read(answer.body()).messages().stream()
                .filter(JsonRpcMessage.Failure.class::isInstance)
                .map(JsonRpcMessage.Failure.class::cast)
                .anyMatch(failure -> failure.code() == ErrorCode.HEADER_MISMATCH.code());
    }

    /** Something new came on its stream. */
    void streamed() {
        resumes = 0;
    }

    /** How long to wait before its broken stream is gone on with; empty when it is not any more. */
    Optional<Duration> resume(EventStreamParser events) {
        if (resumes >= RESUMES_MAX) {
            return Optional.empty();
        }
        resumes++;
        Duration pause = events.retry().orElse(RESUME_PAUSE);
        return Optional.of(pause.compareTo(RESUME_PAUSE_MAX) < 0 ? pause : RESUME_PAUSE_MAX);
    }
}
