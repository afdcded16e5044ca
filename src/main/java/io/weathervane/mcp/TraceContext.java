package io.weathervane.mcp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import tools.jackson.databind.node.ObjectNode;

/**
 * The W3C trace a request belongs to (MCP basic/index, trace context in {@code _meta}): while the request runs, the
 * log lines of its thread name it. The context itself goes on to the worker with the rest of {@code _meta}.
 */
final class TraceContext {
    /** The key in the logging context. */
    static final String LOG_KEY = "traceId";

    private static final String TRACE_PARENT = "traceparent";

    /** W3C Trace Context: version, trace id, parent id, flags; all zeros and version ff are invalid. */
    private static final Pattern FORMAT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[!-~]*)?");

    private TraceContext() {}

    /** Enters the trace that the request names; nothing, when it names none or not as it should. */
    static void enter(ObjectNode meta) {
        String parent = meta.path(TRACE_PARENT).asString("");
        if (!parent.isEmpty()) {
            Matcher matcher = FORMAT.matcher(parent);
            if (matcher.matches()) {
                MDC.put(LOG_KEY, matcher.group(1));
            }
        }
    }

    static void leave(ObjectNode meta) {
        if (meta.has(TRACE_PARENT)) {
            MDC.remove(LOG_KEY);
        }
    }
}
