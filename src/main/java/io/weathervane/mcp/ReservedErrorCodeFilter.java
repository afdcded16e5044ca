package io.weathervane.mcp;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.Set;

/** Keeps error codes from clients that must not see them: another server's errors come through here too. */
final class ReservedErrorCodeFilter {
    /** MCP's own range, of which the modern generation has listed what may be used (MCP 2026-07-28 basic/index). */
    private static final int RESERVED_MIN = -32099;

    private static final int RESERVED_MAX = -32000;

    private static final Set<Long> LISTED =
            Set.of((long) ErrorCode.HEADER_MISMATCH.code(), (long) ErrorCode.MISSING_CAPABILITY.code(), (long)
                    ErrorCode.UNSUPPORTED_VERSION.code());

    private ReservedErrorCodeFilter() {}

    static JsonRpcMessage.Failure of(ProtocolGeneration generation, JsonRpcMessage.Failure failure) {
        boolean reserved = failure.code() >= RESERVED_MIN && failure.code() <= RESERVED_MAX;
        return generation == ProtocolGeneration.LEGACY || !reserved || LISTED.contains(failure.code())
                ? failure
                : new JsonRpcMessage.Failure(
                        failure.id(), ErrorCode.INTERNAL_ERROR.code(), failure.message(), failure.data());
    }
}
