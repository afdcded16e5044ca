package io.weathervane.gateway;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.tool.ToolFailureException;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.WorkerCallException;
import java.util.Set;

/** Maps a worker call that brought no result to the error that the client gets. */
final class WorkerErrorMapper {
    /** What a worker says of how it was spoken to is about us, not about the client. */
    private static final Set<Long> ABOUT_US =
            Set.of((long) ErrorCode.HEADER_MISMATCH.code(), (long) ErrorCode.UNSUPPORTED_VERSION.code());

    private WorkerErrorMapper() {}

    /** The worker's own JSON-RPC error stays one; all else is a tool that failed, in words to act on. */
    static RuntimeException ofTool(WorkerCallException e, ServiceName service) {
        return e.kind() == WorkerCallException.Kind.RPC_ERROR ? theirs(e) : new ToolFailureException(words(e, service));
    }

    /** The same where there is no result that could say it. */
    static JsonRpcException ofContent(WorkerCallException e, ServiceName service) {
        return e.kind() == WorkerCallException.Kind.RPC_ERROR
                ? theirs(e)
                : new JsonRpcException(ErrorCode.INTERNAL_ERROR, words(e, service));
    }

    private static JsonRpcException theirs(WorkerCallException e) {
        long code = ABOUT_US.contains(e.code()) ? ErrorCode.INTERNAL_ERROR.code() : e.code();
        return new JsonRpcException(code, e.reason(), e.data());
    }

    /** With the service's name, but for the default one. */
    private static String words(WorkerCallException e, ServiceName service) {
        String reason = e.reason();
        boolean maybeExecuted =
                e.kind() == WorkerCallException.Kind.LOST || e.kind() == WorkerCallException.Kind.TIMEOUT;
        return reason
                + (reason.endsWith(".") ? "" : ".")
                + (maybeExecuted ? " The call may have been executed." : "")
                + (service.equals(ServiceName.DEFAULT)
                        ? " worker_status shows what is wrong."
                        : " worker_status with service=" + service + " shows what is wrong.");
    }
}
