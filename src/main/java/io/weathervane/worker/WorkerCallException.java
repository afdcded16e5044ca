package io.weathervane.worker;

import io.weathervane.jsonrpc.ErrorCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A call to a worker brought no answer, or an error. */
public final class WorkerCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Kind of failure. */
    public enum Kind {
        /** The worker ended with the call in its hands; it may have been done. */
        LOST,
        /** The worker ended, or stopped reading, before the call reached it. */
        NOT_SENT,
        /** No answer in time; the worker was told to stop. */
        TIMEOUT,
        /** The answer is no answer: not JSON, too long, empty, the wrong shape. */
        MALFORMED,
        /** The worker answered with a JSON-RPC error; {@link #code} and {@link #data} are its. */
        RPC_ERROR,
        /** There is no worker to call. */
        NONE_ACTIVE,
        /** Too many calls wait for this worker already. */
        BUSY,
        /** The caller cancelled it. */
        CANCELLED
    }

    /** Errors by which a worker that has the tool says that its caller made a mistake: the second, that the user has to visit a page first. */
    private static final Set<Long> CALLERS_MISTAKES = Set.of((long) ErrorCode.INVALID_PARAMS.code(), -32042L);

    private final Kind kind;
    private final long code;
    private final transient @Nullable JsonNode data;
    private final boolean abandoned;

    public WorkerCallException(Kind kind, String message) {
        this(kind, 0, message, null);
    }

    public WorkerCallException(Kind kind, long code, String message, @Nullable JsonNode data) {
        this(kind, code, message, data, /* abandoned= */ false);
    }

    private WorkerCallException(Kind kind, long code, String message, @Nullable JsonNode data, boolean abandoned) {
        super(message);
        this.kind = kind;
        this.code = code;
        this.data = data;
        this.abandoned = abandoned;
    }

    /**
     * The end of a call that its caller cancelled.
     *
     * @param abandoned whether the caller waited for the worker alone
     */
    public static WorkerCallException cancelled(boolean abandoned) {
        return new WorkerCallException(Kind.CANCELLED, 0, "cancelled by the caller", /* data= */ null, abandoned);
    }

    public boolean isAbandoned() {
        return abandoned;
    }

    public Kind kind() {
        return kind;
    }

    /** The worker's error code; 0 unless the kind is {@link Kind#RPC_ERROR}. */
    public long code() {
        return code;
    }

    /** Whether the worker says that its caller made a mistake; the tool has to be one that it has. */
    public boolean isCallersMistake() {
        return kind == Kind.RPC_ERROR && CALLERS_MISTAKES.contains(code);
    }

    /** Message for the caller. */
    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The data of the worker's error, null when it had none. */
    public @Nullable JsonNode data() {
        return data;
    }
}
