package io.weathervane.jsonrpc;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** The W3C trace that a request names in its {@code _meta}. */
public final class TraceParent {
    /** Its key in {@code _meta}. */
    public static final String KEY = "traceparent";

    /** W3C Trace Context: version, trace id, parent id, flags; all zeros and version ff are invalid. */
    private static final Pattern FORMAT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?");

    private TraceParent() {}

    /** The id of the trace; empty when the request names none, or not as it should. */
    public static Optional<String> traceId(ObjectNode meta) {
        Matcher matcher = FORMAT.matcher(meta.path(KEY).asString(""));
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
