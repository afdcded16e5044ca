package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcMessage;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings the trace that the HTTP headers continue (W3C Trace Context, W3C Baggage) to where MCP has it, the
 * request's {@code _meta}. What the message says itself goes first; what is malformed is dropped, as the
 * specifications ask.
 */
public final class TraceHeaderMapper {
    private static final String PARENT = "traceparent";
    private static final String STATE = "tracestate";
    private static final String BAGGAGE = "baggage";

    /** Longest {@code tracestate} that is passed on; the specification asks for 512 at least. */
    private static final int STATE_LENGTH_MAX = 512;

    /** Longest {@code baggage} that is passed on, by the specification. */
    private static final int BAGGAGE_LENGTH_MAX = 8192;

    /** Version, trace, parent (neither all zeros) and flags; a later version may have more behind them. */
    private static final Pattern PARENT_FORM = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]{0,200})?");

    private static final int FIRST_VERSION_LENGTH = 55;

    private static final Pattern LIST_FORM = Pattern.compile("[\\x20-\\x7E\\t]+");

    private TraceHeaderMapper() {}

    public static void addTo(JsonRpcMessage.Request request, HttpFields headers) {
        if (headers.contains(PARENT) || headers.contains(BAGGAGE)) {
            JsonNode meta = request.params().path("_meta");
            if (meta.isMissingNode()) {
                meta = request.params().putObject("_meta");
            }
            if (meta instanceof ObjectNode object) {
                addTo(object, headers);
            }
        }
    }

    private static void addTo(ObjectNode meta, HttpFields headers) {
        String parent = headers.get(PARENT);
        if (parent != null && !meta.has(PARENT) && isParent(parent.trim())) {
            meta.put(PARENT, parent.trim());
            list(headers, STATE, STATE_LENGTH_MAX).ifPresent(state -> meta.put(STATE, state));
        }
        if (!meta.has(BAGGAGE)) {
            list(headers, BAGGAGE, BAGGAGE_LENGTH_MAX).ifPresent(baggage -> meta.put(BAGGAGE, baggage));
        }
    }

    private static boolean isParent(String parent) {
        boolean isLaterVersion = !parent.startsWith("00");
        return PARENT_FORM.matcher(parent).matches() && (isLaterVersion || parent.length() == FIRST_VERSION_LENGTH);
    }

    /** A header that may be there several times, as one list. */
    private static Optional<String> list(HttpFields headers, String name, int longest) {
        String all = String.join(",", headers.getValuesList(name));
        return all.length() <= longest && LIST_FORM.matcher(all).matches() ? Optional.of(all) : Optional.empty();
    }
}
