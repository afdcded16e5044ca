package io.weathervane.tool;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A client answered a question that was brought to it for another server with an error, which is that server's. */
public final class ClientRequestFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long code;
    private final transient @Nullable JsonNode data;

    public ClientRequestFailedException(long code, String message, @Nullable JsonNode data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    public long code() {
        return code;
    }

    /** Null when it had none. */
    public @Nullable JsonNode data() {
        return data;
    }
}
