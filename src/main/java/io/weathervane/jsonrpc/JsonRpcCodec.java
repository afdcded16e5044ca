package io.weathervane.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Bytes to messages and back. UTF-8 only; a message is one line without a newline in it. */
public final class JsonRpcCodec {
    /** Most bytes of one HTTP body: 4 MiB. */
    public static final int MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

    /** Most bytes of one line of a worker or of a client on stdio, unless the configuration says another: 64 MiB. */
    public static final int LINE_BYTES_MAX = 64 * 1024 * 1024;

    /** Most messages of a client's batch. */
    public static final int BATCH_MAX = 100;

    /** Most objects and arrays inside each other: 1,000 in what a tool is given or gives, and what is around it. */
    public static final int DEPTH_MAX = 1_024;

    /** Most digits of a number, so that a long run of them costs little. */
    private static final int NUMBER_LENGTH_MAX = 1_000;

    private static final String VERSION = "2.0";

    /** The mapper for everything that comes from outside, and for what is shown there. */
    public static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    // Makes reading the very first fraction slow, and fractions are rare here.
                    .disable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(NUMBER_LENGTH_MAX)
                            // As long as the message may be, which is bounded where its bytes come in.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .build())
                    .characterEscapes(new TerminalSafeEscapes())
                    .build())
            .nodeFactory(new FiniteNumberNodeFactory())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonRpcCodec() {}

    /**
     * Reads one message.
     *
     * @throws JsonRpcReadException with the failure to answer: parse error or invalid request; it has the id of the
     *     request where that can be read, for who sent it waits for an answer with that id
     */
    public static JsonRpcMessage read(byte[] bytes) {
        if (!Utf8Validator.isValid(bytes)) {
            throw unreadable(bytes, "the message is not UTF-8");
        }
        return classify(parse(JSON, bytes));
    }

    /**
     * The messages of a line or body that is a batch, each for {@link #classify}; empty when it is none.
     *
     * @throws JsonRpcReadException as {@link #read}
     */
    public static Optional<List<JsonNode>> batch(byte[] bytes) {
        int first = 0;
        while (first < bytes.length && " \t\r\n".indexOf(bytes[first]) >= 0) {
            first++;
        }
        if (first == bytes.length || bytes[first] != '[' || !Utf8Validator.isValid(bytes)) {
            return Optional.empty();
        }
        return Optional.of(parse(JSON, bytes).valueStream().toList());
    }

    static JsonNode parse(JsonMapper mapper, byte[] bytes) {
        try {
            JsonNode node = tree(mapper, bytes);
            if (node.isMissingNode()) {
                throw new JsonRpcReadException(null, ErrorCode.PARSE_ERROR, "Parse error: the message is empty");
            }
            return node;
        } catch (StreamConstraintsException e) {
            // JSON it is, and too much of it: who sent it is to know which of his requests that was.
            MessageIdScanner scanner = MessageIdScanner.of(bytes);
            throw new JsonRpcReadException(
                    scanner.id().orElse(null),
                    ErrorCode.INVALID_REQUEST,
                    "Invalid request: " + reason(e),
                    !scanner.isRequest());
        } catch (JacksonException e) {
            throw unreadable(bytes, reason(e) + where(e));
        }
    }

    /** The bytes as Jackson reads them, and where it does not, with {@link SurrogateEscapeDecoder} in a form that it takes. */
    static JsonNode tree(JsonMapper mapper, byte[] bytes) {
        try {
            return mapper.readTree(bytes);
        } catch (StreamConstraintsException e) {
            throw e;
        } catch (JacksonException e) {
            return SurrogateEscapeDecoder.asCharacters(bytes)
                    .map(taken -> retree(mapper, taken, e))
                    .orElseThrow(() -> e);
        }
    }

    private static JsonNode retree(JsonMapper mapper, String taken, JacksonException first) {
        try {
            return mapper.readTree(taken);
        } catch (StreamConstraintsException e) {
            throw e;
        } catch (JacksonException e) {
            throw first; // it has the place in what was sent
        }
    }

    /** Why a text is no JSON, in the parser's words; it sets two reasons side by side without a gap. */
    public static String reason(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).replaceFirst("^(Unexpected end-of-input)(?=[A-Z])", "$1: ");
    }

    /** The id of an answer is not its sender's, so that the refusal of one has none. */
    private static JsonRpcReadException unreadable(byte[] bytes, String why) {
        MessageIdScanner scanner = MessageIdScanner.of(bytes);
        RequestId id = scanner.isAnswer() ? null : scanner.id().orElse(null);
        return new JsonRpcReadException(id, ErrorCode.PARSE_ERROR, "Parse error: " + why);
    }

    private static String where(JacksonException e) {
        return e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    }

    /** As {@link #classify}, for a message of a batch. */
    public static JsonRpcMessage classifyInBatch(JsonNode node) {
        if (node.isArray()) {
            throw refused(null, "a batch has no batches in it, only messages");
        }
        return classify(node);
    }

    /** Sorts an already parsed message; see {@link #read}. */
    public static JsonRpcMessage classify(JsonNode node) {
        if (node.isArray()) {
            throw refused(null, "a batch (array) is not supported: send one message at a time");
        }
        if (!(node instanceof ObjectNode message)) {
            throw refused(null, "a message is a JSON object");
        }
        RequestId id = RequestId.from(message.get("id"));
        if (!VERSION.equals(words(message.get("jsonrpc")))) {
            throw refused(id, "\"jsonrpc\" must be \"2.0\"");
        }
        if (message.has("method")) {
            return call(message, id);
        }
        return response(message, id);
    }

    private static JsonRpcMessage call(ObjectNode message, @Nullable RequestId id) {
        String method = words(message.get("method"));
        if (method == null) {
            throw refused(id, "\"method\" must be a string");
        }
        if (message.has("id") && id == null) {
            throw refused(null, "\"id\" must be a string or a whole number");
        }
        ObjectNode params = params(message, id);
        return id == null
                ? new JsonRpcMessage.Notification(method, params)
                : new JsonRpcMessage.Request(id, method, params);
    }

    private static ObjectNode params(ObjectNode message, @Nullable RequestId id) {
        JsonNode params = message.get("params");
        // As servers of the Python SDK take it.
        if (params == null || params.isNull()) {
            return JSON.createObjectNode();
        }
        if (params instanceof ObjectNode object) {
            return object;
        }
        throw refused(id, "\"params\" must be an object");
    }

    private static JsonRpcMessage response(ObjectNode message, @Nullable RequestId id) {
        boolean hasResult = message.has("result");
        if (hasResult == message.has("error")) {
            throw brokenAnswer(id, "a message has a \"method\", or either a \"result\" or an \"error\"");
        }
        if (hasResult) {
            if (id == null) {
                throw brokenAnswer(null, "a result needs the \"id\" of its request");
            }
            return new JsonRpcMessage.Success(id, message.get("result"));
        }
        if (message.path("error").isNull()) {
            throw brokenAnswer(id, "an \"error\" has a \"code\" and a \"message\", and is not null");
        }
        return LenientErrorReader.read(id, message.path("error"));
    }

    /**
     * The node as JSON; its own {@code toString} refuses what is as deep as a message may be, and a text that the mapper
     * makes has halves of pairs that no encoder takes.
     */
    public static String text(JsonNode node) {
        return new String(JSON.writeValueAsBytes(node), StandardCharsets.UTF_8);
    }

    /** The message as one line of JSON, without the line's end. */
    public static byte[] write(JsonRpcMessage message) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            writeTo(bytes, message);
            return bytes.toByteArray();
        }
    }

    /** The message as one line of JSON, with a newline at its end. */
    public static byte[] writeLine(JsonRpcMessage message) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            writeTo(bytes, message);
            bytes.append('\n');
            return bytes.toByteArray();
        }
    }

    private static void writeTo(ByteArrayBuilder bytes, JsonRpcMessage message) {
        JSON.writeValue(bytes, toJson(message));
    }

    public static ObjectNode toJson(JsonRpcMessage message) {
        ObjectNode node = JSON.createObjectNode().put("jsonrpc", VERSION);
        if (message instanceof JsonRpcMessage.Request request) {
            node.set("id", request.id().toJson());
            node.put("method", request.method());
            node.set("params", request.params());
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            node.put("method", notification.method());
            node.set("params", notification.params());
        } else if (message instanceof JsonRpcMessage.Success success) {
            node.set("id", success.id().toJson());
            node.set("result", success.result());
        } else if (message instanceof JsonRpcMessage.Failure failure) {
            writeFailure(node, failure);
        } else {
            throw new AssertionError("not a message: " + message);
        }
        return node;
    }

    private static void writeFailure(ObjectNode node, JsonRpcMessage.Failure failure) {
        RequestId id = failure.id();
        node.set("id", id == null ? JSON.getNodeFactory().nullNode() : id.toJson());
        ObjectNode error = node.putObject("error");
        error.put("code", failure.code());
        error.put("message", failure.message());
        if (failure.data() != null) {
            error.set("data", failure.data());
        }
    }

    private static JsonRpcReadException brokenAnswer(@Nullable RequestId id, String why) {
        return new JsonRpcReadException(id, ErrorCode.INVALID_REQUEST, "Invalid request: " + why, /* answer= */ true);
    }

    private static JsonRpcReadException refused(@Nullable RequestId id, String why) {
        return new JsonRpcReadException(id, ErrorCode.INVALID_REQUEST, "Invalid request: " + why);
    }

    private static @Nullable String words(@Nullable JsonNode node) {
        return node != null && node.isString() ? node.stringValue() : null;
    }
}
