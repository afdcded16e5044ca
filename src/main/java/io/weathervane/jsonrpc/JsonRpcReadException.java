package io.weathervane.jsonrpc;

import org.jspecify.annotations.Nullable;

/** Bytes that are no JSON-RPC message; carries the failure to answer with. */
public final class JsonRpcReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonRpcMessage.Failure failure;

    JsonRpcReadException(@Nullable RequestId id, ErrorCode code, String message) {
        super(message);
        this.failure = new JsonRpcMessage.Failure(id, code.code(), message, null);
    }

    public JsonRpcMessage.Failure failure() {
        return failure;
    }
}
