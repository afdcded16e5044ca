package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.tool.ToolFailureException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that turns a throwable into what a client sees. */
public final class ErrorMapper {
    private static final Logger log = LoggerFactory.getLogger(ErrorMapper.class);

    private static final int INCIDENT_LENGTH = 8;

    private ErrorMapper() {}

    /**
     * The failure to answer the request with. What we did not foresee is told only by an incident id, under
     * which the log has the stack.
     */
    public static JsonRpcMessage.Failure failure(JsonRpcMessage.Request request, Throwable thrown) {
        return failure(request.id(), thrown);
    }

    /** The same for what is no request of a client any more: a task. */
    static JsonRpcMessage.Failure failure(Throwable thrown) {
        return failure((RequestId) null, thrown);
    }

    private static JsonRpcMessage.Failure failure(@Nullable RequestId id, Throwable thrown) {
        if (thrown instanceof JsonRpcException expected) {
            return expected.toFailure(id);
        }
        if (thrown instanceof ToolFailureException failure) {
            // Of a prompt or a resource, which cannot say it in a result.
            return new JsonRpcException(ErrorCode.INTERNAL_ERROR, String.valueOf(failure.getMessage())).toFailure(id);
        }
        String incident = UUID.randomUUID().toString().substring(0, INCIDENT_LENGTH);
        log.error("Unexpected failure incident={}", incident, thrown);
        return new JsonRpcException(
                        ErrorCode.INTERNAL_ERROR,
                        "Internal error (incident " + incident + "; the server's log has more)")
                .toFailure(id);
    }
}
