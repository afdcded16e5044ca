package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import tools.jackson.databind.node.ObjectNode;

/**
 * One place in which the answers to a call differ, as it is shown: redacted and shortened.
 *
 * @param arguments of the first such call
 * @param kind {@code changed}, {@code type-changed}, {@code added}, {@code removed}, {@code answer} (only the canary
 *     failed), {@code fixed} (only the active worker failed), {@code no-answer}
 * @param pointer into the result; empty for the whole of it
 */
record CallDifference(
        ShadowCall.Source source,
        String tool,
        String arguments,
        String kind,
        String pointer,
        DifferenceExcerpt.Both values) {
    /** The same but for the values and the arguments: shown once, with how often it was seen. */
    String place() {
        return source + " " + tool + " " + kind + " " + pointer;
    }

    ObjectNode toJson(boolean blocking, long times) {
        return JsonRpcCodec.JSON
                .createObjectNode()
                .put("source", source.wireName())
                .put("tool", tool)
                .put("kind", kind)
                .put("blocking", blocking)
                .put("pointer", pointer)
                .put("arguments", arguments)
                .put("active", values.active())
                .put("canary", values.canary())
                .put("count", times)
                .put("text", text());
    }

    /** As a diff shows it: the active worker's with a minus, the canary's with a plus. */
    String text() {
        return tool + " " + arguments + " at " + (pointer.isEmpty() ? "the answer" : pointer) + "\n- " + values.active()
                + "\n+ " + values.canary();
    }
}
