package io.weathervane.mcp;

import io.weathervane.jsonrpc.TraceParent;
import org.slf4j.MDC;
import tools.jackson.databind.node.ObjectNode;

/**
 * The W3C trace a request belongs to (MCP basic/index, trace context in {@code _meta}): while the request runs, the
 * log lines of its thread name it. The context itself goes on to the worker with the rest of {@code _meta}.
 */
final class TraceLogContext {
    /** The key in the logging context. */
    static final String LOG_KEY = "traceId";

    private TraceLogContext() {}

    /** Enters the trace that the request names; nothing, when it names none or not as it should. */
    static void enter(ObjectNode meta) {
        TraceParent.traceId(meta).ifPresent(id -> MDC.put(LOG_KEY, id));
    }

    static void leave(ObjectNode meta) {
        if (meta.has(TraceParent.KEY)) {
            MDC.remove(LOG_KEY);
        }
    }
}
