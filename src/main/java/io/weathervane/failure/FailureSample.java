package io.weathervane.failure;

import io.weathervane.jsonrpc.JsonMemoryEstimator;
import io.weathervane.jsonrpc.JsonRedactor;
import io.weathervane.util.SafeText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One failed call, without secrets and cut to a bounded size.
 *
 * @param text what the worker said, or what is said in its place
 * @param arguments as JSON; empty when they are not known any more
 * @param traceId of the request's W3C trace, when it names one
 */
record FailureSample(Instant at, String text, Optional<String> arguments, Optional<String> traceId) {
    /** Characters of a sample's text. */
    static final int TEXT_LENGTH_MAX = 240;

    /** Characters of a sample's arguments. */
    static final int ARGUMENTS_LENGTH_MAX = 240;

    /** Larger arguments are not looked at: 4 KiB. */
    private static final int ARGUMENTS_BYTES_MAX = 4 * 1024;

    private static final String TOO_LARGE = "(larger than 4 KiB)";

    static FailureSample of(FailedCall call, Instant at) {
        return new FailureSample(
                at.truncatedTo(ChronoUnit.MILLIS),
                SafeText.cut(SafeText.line(call.text()).strip(), TEXT_LENGTH_MAX),
                call.arguments().map(FailureSample::clean),
                call.traceId());
    }

    private static String clean(ObjectNode arguments) {
        if (!JsonMemoryEstimator.isAtMost(arguments, ARGUMENTS_BYTES_MAX)) {
            return TOO_LARGE;
        }
        return SafeText.cut(SafeText.line(JsonRedactor.clean(arguments).toString()), ARGUMENTS_LENGTH_MAX);
    }
}
