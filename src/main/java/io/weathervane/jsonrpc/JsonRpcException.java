package io.weathervane.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The caller broke the protocol, or the other side answered with an error: becomes a JSON-RPC error. */
public final class JsonRpcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long code;
    private final transient @Nullable JsonNode data;

    public JsonRpcException(ErrorCode code, String message) {
        this(code.code(), message, null);
    }

    public JsonRpcException(long code, String message, @Nullable JsonNode data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    public long code() {
        return code;
    }

    public @Nullable JsonNode data() {
        return data;
    }

    public JsonRpcMessage.Failure toFailure(@Nullable RequestId id) {
        String message = getMessage() == null ? "error" : getMessage();
        return new JsonRpcMessage.Failure(id, code, message, data);
    }
}
