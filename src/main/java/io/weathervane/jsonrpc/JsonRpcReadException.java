package io.weathervane.jsonrpc;

import org.jspecify.annotations.Nullable;

/** Bytes that are no JSON-RPC message; carries the failure to answer with. */
public final class JsonRpcReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonRpcMessage.Failure failure;

    private final boolean answer;

    JsonRpcReadException(@Nullable RequestId id, ErrorCode code, String message) {
        this(id, code, message, /* answer= */ false);
    }

    JsonRpcReadException(@Nullable RequestId id, ErrorCode code, String message, boolean answer) {
        super(message);
        this.answer = answer;
        this.failure = new JsonRpcMessage.Failure(id, code.code(), message, null);
    }

    public JsonRpcMessage.Failure failure() {
        return failure;
    }

    /** Whether it was meant to be an answer: a message of JSON-RPC 2.0 without a method. */
    public boolean isAnswer() {
        return answer;
    }
}
