package io.weathervane.ofrep;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reading of what a client sends. No flag depends on the context, so a missing one, or an empty body, is fine, as other
 * servers of the protocol have it; what is there and cannot be a context is a mistake that its sender learns of.
 */
public final class OfrepRequests {
    private OfrepRequests() {}

    /** The problem of a body; empty when it has none. */
    public static Optional<OfrepProblem> problem(Optional<String> key, byte[] body) {
        if (body.length == 0) {
            return Optional.empty();
        }
        try {
            JsonNode request = JsonRpcCodec.JSON.readTree(body);
            if (!request.isObject()) {
                return invalid(key, "the body must be an object: {\"context\": {\"targetingKey\": \"…\"}}");
            }
            JsonNode context = request.path("context");
            return context.isMissingNode() || context.isNull() || context.isObject()
                    ? Optional.empty()
                    : invalid(key, "context must be an object: {\"targetingKey\": \"…\"}");
        } catch (JacksonException e) {
            return Optional.of(new OfrepProblem(
                    key, OfrepProblem.Code.PARSE_ERROR, "the body is not JSON: " + e.getOriginalMessage()));
        }
    }

    private static Optional<OfrepProblem> invalid(Optional<String> key, String details) {
        return Optional.of(new OfrepProblem(key, OfrepProblem.Code.INVALID_CONTEXT, details));
    }

    /** A key as it stands in a path, without its percent signs; as it stands when they encode nothing. */
    public static String key(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return encoded;
        }
    }

    /** Whether a client has the body of this tag already, by its {@code If-None-Match}; weak tags and unquoted ones count. */
    public static boolean matches(Optional<String> ifNoneMatch, String etag) {
        return ifNoneMatch.isPresent()
                && Arrays.stream(ifNoneMatch.get().split(","))
                        .map(OfrepRequests::bare)
                        .anyMatch(tag -> tag.equals(bare(etag)));
    }

    private static String bare(String tag) {
        String trimmed = tag.trim();
        String strong = trimmed.startsWith("W/") ? trimmed.substring(2) : trimmed;
        boolean quoted = strong.length() >= 2 && strong.startsWith("\"") && strong.endsWith("\"");
        return quoted ? strong.substring(1, strong.length() - 1) : strong;
    }
}
