package io.weathervane.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the lines of a server behind us. It accepts what the client of the official TypeScript SDK or that of the Python
 * SDK accepts, where the meaning is clear: a server that works with either of them works through us. What we send stays
 * as strict as ever.
 */
public final class PeerMessageReader {
    /** Most messages of one line that is a batch. */
    private static final int BATCH_MAX = 1_000;

    /** As the TypeScript SDK, the last of two equal keys counts. */
    private static final JsonMapper LENIENT = JsonRpcCodec.JSON
            .rebuild()
            .disable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    /** As the Python SDK; {@link #withoutNonFinite} makes JSON of what this reads. */
    private static final JsonMapper NON_FINITE = LENIENT.rebuild()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .nodeFactory(JsonNodeFactory.instance)
            .build();

    private PeerMessageReader() {}

    /**
     * Messages of one line.
     *
     * @param refused what has the form of a message and is none; each says whether it is an answer
     */
    public record Received(List<JsonRpcMessage> messages, List<JsonRpcReadException> refused) {
        public Received {
            messages = List.copyOf(messages);
            refused = List.copyOf(refused);
        }
    }

    /** Reads one line, which may be a batch as MCP 2025-03-26 allows it, or anything else that a program prints. */
    public static Received read(byte[] line) {
        List<JsonRpcMessage> messages = new ArrayList<>(1);
        List<JsonRpcReadException> refused = new ArrayList<>(0);
        try {
            JsonNode node = parse(line);
            if (node instanceof ArrayNode batch && batch.size() <= BATCH_MAX) {
                batch.forEach(one -> take(one, messages, refused));
            } else {
                take(node, messages, refused);
            }
        } catch (JsonRpcReadException e) {
            refused.add(e);
        }
        return new Received(messages, refused);
    }

    private static void take(JsonNode node, List<JsonRpcMessage> messages, List<JsonRpcReadException> refused) {
        try {
            messages.add(JsonRpcCodec.classify(node instanceof ObjectNode object ? mended(object) : node));
        } catch (JsonRpcReadException e) {
            refused.add(e);
        }
    }

    private static JsonNode parse(byte[] line) {
        byte[] utf8 = Utf8Validator.isValid(line)
                ? line
                // As the TypeScript SDK: what is no UTF-8 is replaced, and costs no message.
                : new String(line, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        try {
            return JsonRpcCodec.parse(LENIENT, utf8);
        } catch (JsonRpcReadException e) {
            return mayBeNonFinite(utf8) ? withoutNonFinite(reparse(utf8, e)) : rethrow(e);
        }
    }

    private static JsonNode rethrow(JsonRpcReadException e) {
        throw e;
    }

    private static JsonNode reparse(byte[] utf8, JsonRpcReadException first) {
        try {
            return JsonRpcCodec.tree(NON_FINITE, utf8);
        } catch (JacksonException e) {
            throw first;
        }
    }

    /** Only an object can be a message; all else that fails to be JSON is the program's talk. */
    private static boolean mayBeNonFinite(byte[] utf8) {
        return utf8.length > 0 && (utf8[0] == '{' || utf8[0] == '[');
    }

    /** NaN and the infinities are null, as both SDKs write them. */
    private static JsonNode withoutNonFinite(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
                object.set(entry.getKey(), withoutNonFinite(entry.getValue()));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, withoutNonFinite(array.get(i)));
            }
        } else if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
            return NullNode.getInstance();
        }
        return node;
    }

    private static ObjectNode mended(ObjectNode message) {
        if (message.path("params").isNull()) {
            message.remove("params");
        }
        if (message.has("method") && message.path("id").isNull()) {
            message.remove("id");
        }
        if (message.has("result") && message.has("error")) {
            if (message.get("error").isNull()) {
                message.remove("error");
            } else if (message.get("result").isNull()) {
                message.remove("result");
            }
        }
        return message;
    }
}
