package io.weathervane.mcp;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.time.Duration;

/**
 * The bounds on messages and tool calls, all transports together.
 *
 * @param concurrent most calls running at a time
 * @param turn longest a call waits for its turn before it is refused
 * @param run longest a call may run before it is answered with a failure
 * @param lineBytes most bytes of a message that comes as a line: on stdio and through the socket
 */
public record CallLimits(int concurrent, Duration turn, Duration run, int lineBytes) {
    /** Whatever is behind the call: a day for one that tells of its progress, and an hour for its client's answers. */
    private static final Duration RUN_MAX = Duration.ofHours(25);

    public CallLimits {
        if (concurrent < 1) {
            throw new IllegalArgumentException("concurrent must be >= 1, was " + concurrent);
        }
    }

    public CallLimits(int concurrent, Duration turn, Duration run) {
        this(concurrent, turn, run, JsonRpcCodec.LINE_BYTES_MAX);
    }

    public CallLimits withLineBytes(int newLineBytes) {
        return new CallLimits(concurrent, turn, run, newLineBytes);
    }

    public static CallLimits defaults() {
        return new CallLimits(128, Duration.ofSeconds(10), RUN_MAX);
    }
}
