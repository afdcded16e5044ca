package io.weathervane.failure;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.TraceParent;
import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call that failed, as it was seen.
 *
 * @param text without secrets; the arguments still have theirs
 * @param arguments empty when they are not known any more
 */
public record FailedCall(FailureGroupKey key, String text, Optional<ObjectNode> arguments, Optional<String> traceId) {
    /** Where a text that is JSON says what went wrong; its other values differ from call to call. */
    private static final List<String> MESSAGES = List.of("/error/message", "/message", "/error", "/detail", "/title");

    /** A call that ended so. */
    public static FailedCall of(FailureGroupKey key, String text) {
        return ofClean(key, clean(text));
    }

    private static FailedCall ofClean(FailureGroupKey key, String text) {
        return new FailedCall(key, text, Optional.empty(), Optional.empty());
    }

    private static String clean(String text) {
        return Redactor.clean(SafeText.cut(text, ErrorTextNormalizer.TEXT_LENGTH_MAX));
    }

    /** A call that the worker answered with this JSON-RPC error. */
    public static FailedCall ofCode(long code, String message) {
        return of(FailureGroupKey.ofCode(code), message);
    }

    /** A call whose result has {@code isError: true}. */
    public static FailedCall ofToolError(ObjectNode result) {
        String text = clean(textOf(result));
        return ofClean(FailureGroupKey.ofToolError(messageIn(text).orElse(text)), text);
    }

    /** The same call as one that was refused although such arguments went well before. */
    public FailedCall asRefusal() {
        return new FailedCall(key.asRefusal(), text, arguments, traceId);
    }

    /** The same call with what its caller gave. */
    public FailedCall from(Optional<ObjectNode> given, ObjectNode meta) {
        return new FailedCall(key, text, given, TraceParent.traceId(meta));
    }

    /** Text of the result's contents; without any, its structured content. */
    private static String textOf(ObjectNode result) {
        StringBuilder text = new StringBuilder();
        for (JsonNode content : result.path("content")) {
            String part = content.path("text").asString("");
            if (!part.isBlank() && text.length() < ErrorTextNormalizer.TEXT_LENGTH_MAX) {
                text.append(text.isEmpty() ? "" : " ").append(SafeText.cut(part, ErrorTextNormalizer.TEXT_LENGTH_MAX));
            }
        }
        JsonNode structured = result.path("structuredContent");
        return text.isEmpty() && structured.isObject() ? structured.toString() : text.toString();
    }

    private static Optional<String> messageIn(String text) {
        if (!text.startsWith("{")) {
            return Optional.empty();
        }
        try {
            JsonNode json = JsonRpcCodec.JSON.readTree(text);
            return MESSAGES.stream()
                    .map(json::at)
                    .filter(JsonNode::isString)
                    .map(JsonNode::stringValue)
                    .filter(message -> !message.isBlank())
                    .findFirst();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
